import { apiKeys } from "../keys.ts";
import { patched } from "../patch.ts";
import { API_KEY } from "../patches.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApiKey, shownApiKey } from "../usage/api-key.ts";

export const updateApiKey: ApiOperation<"UpdateApiKey"> = async (ctx, input) => {
  const { apiKey, patchOperations } = input;
  const key = await ctx.store.write((tx) => {
    const before = requireApiKey(tx, ctx, apiKey);
    const settings = patched(before.settings, patchOperations, API_KEY);
    const after = { ...before, settings, modifiedMs: tx.nowMs };
    apiKeys.put(tx, [ctx.accountId, ctx.region, apiKey], after);
    return after;
  });
  return shownApiKey(key, false);
};
