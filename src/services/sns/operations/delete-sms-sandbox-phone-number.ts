import { sandboxNumbers } from "../keys.ts";
import type { SnsOperation } from "../ports.ts";
import { phoneNumberNotFound } from "../sandbox.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_DeleteSMSSandboxPhoneNumber.html */
export const deleteSMSSandboxPhoneNumber: SnsOperation<"DeleteSMSSandboxPhoneNumber"> = async (
  ctx,
  input,
) => {
  const id = [ctx.region, ctx.accountId, input.PhoneNumber];
  await ctx.store.write((tx) => {
    if (sandboxNumbers.get(tx, id) === undefined) {
      throw phoneNumberNotFound();
    }
    sandboxNumbers.delete(tx, id);
  });
  return {};
};
