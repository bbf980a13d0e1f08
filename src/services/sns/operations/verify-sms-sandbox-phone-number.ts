import { sandboxNumbers } from "../keys.ts";
import type { SnsOperation } from "../ports.ts";
import { phoneNumberNotFound, wrongPassword } from "../sandbox.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_VerifySMSSandboxPhoneNumber.html */
export const verifySMSSandboxPhoneNumber: SnsOperation<"VerifySMSSandboxPhoneNumber"> = async (
  ctx,
  input,
) => {
  const id = [ctx.region, ctx.accountId, input.PhoneNumber];
  await ctx.store.write((tx) => {
    const number = sandboxNumbers.get(tx, id);
    if (number === undefined) {
      throw phoneNumberNotFound();
    }
    if (number.oneTimePassword !== input.OneTimePassword) {
      throw wrongPassword();
    }
    sandboxNumbers.put(tx, id, { ...number, status: "Verified" });
  });
  return {};
};
