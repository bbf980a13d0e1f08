import { requireApi, shownApi } from "../api.ts";
import type { ApiOperation } from "../ports.ts";

export const getApi: ApiOperation<"GetApi"> = async (ctx, input) => {
  const api = await ctx.store.read((tx) => requireApi(tx, ctx, input.ApiId));
  return shownApi(ctx, api);
};
