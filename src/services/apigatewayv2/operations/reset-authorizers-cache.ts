import { requireApi } from "../api.ts";
import type { ApiOperation } from "../ports.ts";
import { requireStage } from "../stage.ts";

/** Of one stage: the functions that authorize its requests are asked anew. */
export const resetAuthorizersCache: ApiOperation<"ResetAuthorizersCache"> = async (ctx, input) => {
  const { ApiId, StageName } = input;
  await ctx.store.read((tx) => {
    requireApi(tx, ctx, ApiId);
    requireStage(tx, ApiId, StageName);
  });
  ctx.authorizerResults.reset(ApiId, StageName);
};
