import { apiKeys, apiKeysByValue, usagePlanKeys, usagePlansByKey } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApiKey } from "../usage/api-key.ts";

export const deleteApiKey: ApiOperation<"DeleteApiKey"> = async (ctx, { apiKey }) => {
  await ctx.store.write((tx) => {
    const { settings } = requireApiKey(tx, ctx, apiKey);
    const owner = [ctx.accountId, ctx.region];
    apiKeys.delete(tx, [...owner, apiKey]);
    apiKeysByValue.delete(tx, [...owner, settings.value]);
    for (const { id } of [...usagePlansByKey.list(tx, { prefix: [...owner, apiKey] })]) {
      usagePlansByKey.delete(tx, id);
      usagePlanKeys.delete(tx, [...owner, String(id.at(-1)), apiKey]);
    }
  });
};
