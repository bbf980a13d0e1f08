import { putApi, requireApi } from "../api.ts";
import { autoDeploy } from "../deployment.ts";
import type { ApiOperation } from "../ports.ts";

export const deleteCorsConfiguration: ApiOperation<"DeleteCorsConfiguration"> = async (
  ctx,
  { ApiId },
) => {
  await ctx.store.write((tx) => {
    const api = requireApi(tx, ctx, ApiId);
    const { CorsConfiguration: _, ...settings } = api.settings;
    putApi(tx, { ...api, settings });
    autoDeploy(tx, ApiId);
  });
};
