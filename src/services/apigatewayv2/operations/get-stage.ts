import { requireApi } from "../api.ts";
import type { ApiOperation } from "../ports.ts";
import { requireStage, shownStage } from "../stage.ts";

export const getStage: ApiOperation<"GetStage"> = async (ctx, { ApiId, StageName }) => {
  const stage = await ctx.store.read((tx) => {
    requireApi(tx, ctx, ApiId);
    return requireStage(tx, ApiId, StageName);
  });
  return shownStage(stage);
};
