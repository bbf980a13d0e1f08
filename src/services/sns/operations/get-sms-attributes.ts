import type { SnsOperation } from "../ports.ts";
import { smsSettingsOf } from "../text-message.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_GetSMSAttributes.html */
export const getSMSAttributes: SnsOperation<"GetSMSAttributes"> = async (ctx, input) => {
  const settings = await ctx.store.read((tx) => smsSettingsOf(tx, ctx));
  const asked = input.attributes ?? [];
  const shown = Object.entries(settings).filter(
    ([name]) => asked.length === 0 || asked.includes(name),
  );
  return { attributes: Object.fromEntries(shown) };
};
