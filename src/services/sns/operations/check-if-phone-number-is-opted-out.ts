import { invalidFor } from "../errors.ts";
import { isPhoneNumber } from "../phone-number.ts";
import type { SnsOperation } from "../ports.ts";
import { isOptedOut } from "../text-message.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_CheckIfPhoneNumberIsOptedOut.html */
export const checkIfPhoneNumberIsOptedOut: SnsOperation<"CheckIfPhoneNumberIsOptedOut"> = async (
  ctx,
  { phoneNumber },
) => {
  if (!isPhoneNumber(phoneNumber)) {
    throw invalidFor("PhoneNumber", "input incorrectly formatted");
  }
  return { isOptedOut: await ctx.store.read((tx) => isOptedOut(tx, ctx, phoneNumber)) };
};
