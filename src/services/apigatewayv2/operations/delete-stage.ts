import { requireApi } from "../api.ts";
import { dropAutomatic } from "../deployment.ts";
import { stages } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { requireStage } from "../stage.ts";

export const deleteStage: ApiOperation<"DeleteStage"> = async (ctx, { ApiId, StageName }) => {
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    const { settings } = requireStage(tx, ApiId, StageName);
    stages.delete(tx, [ApiId, StageName]);
    dropAutomatic(tx, ApiId, settings.DeploymentId);
  });
};
