import { accountOfAccessKey } from "../../../wire/access-key.ts";
import { validationError } from "../errors.ts";
import type { StsOperation } from "../ports.ts";

/** The account is part of the keys that this engine issues. */
export const getAccessKeyInfo: StsOperation<"GetAccessKeyInfo"> = async (_ctx, input) => {
  const account = accountOfAccessKey(input.AccessKeyId);
  if (account === undefined) {
    throw validationError("Invalid Access Key ID");
  }
  return { Account: account };
};
