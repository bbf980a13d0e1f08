import type { SnsOperation } from "../ports.ts";

/**
 * Accounts of the engine may write to anybody, for nobody gets a real message.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_GetSMSSandboxAccountStatus.html
 */
export const getSMSSandboxAccountStatus: SnsOperation<"GetSMSSandboxAccountStatus"> = async () => ({
  IsInSandbox: false,
});
