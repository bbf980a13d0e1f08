import { invalidFor } from "../errors.ts";
import { optedOut } from "../keys.ts";
import { isPhoneNumber } from "../phone-number.ts";
import type { SnsOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_OptInPhoneNumber.html */
export const optInPhoneNumber: SnsOperation<"OptInPhoneNumber"> = async (ctx, { phoneNumber }) => {
  if (!isPhoneNumber(phoneNumber)) {
    throw invalidFor("PhoneNumber", "input incorrectly formatted");
  }
  await ctx.store.write((tx) => optedOut.delete(tx, [ctx.region, ctx.accountId, phoneNumber]));
  return {};
};
