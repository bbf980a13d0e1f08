import type { ApiOperation } from "../ports.ts";
import { requireApiKey, shownApiKey } from "../usage/api-key.ts";

export const getApiKey: ApiOperation<"GetApiKey"> = async (ctx, { apiKey, includeValue }) =>
  ctx.store.read((tx) => shownApiKey(requireApiKey(tx, ctx, apiKey), includeValue));
