import { sandboxNumbers } from "../keys.ts";
import { postLetter } from "../letter.ts";
import type { SnsOperation } from "../ports.ts";
import { newPassword } from "../sandbox.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_CreateSMSSandboxPhoneNumber.html */
export const createSMSSandboxPhoneNumber: SnsOperation<"CreateSMSSandboxPhoneNumber"> = async (
  ctx,
  { PhoneNumber: phoneNumber },
) => {
  const { region, accountId } = ctx;
  await ctx.store.write((tx) => {
    const oneTimePassword = newPassword(tx.random);
    const number = { phoneNumber, status: "Pending", oneTimePassword } as const;
    sandboxNumbers.put(tx, [region, accountId, phoneNumber], number);
    postLetter(tx, {
      protocol: "sms",
      type: "OneTimePassword",
      region,
      accountId,
      messageId: tx.random.uuid(),
      to: phoneNumber,
      body: `Your verification code for the SMS sandbox is ${oneTimePassword}.`,
    });
  });
  return {};
};
