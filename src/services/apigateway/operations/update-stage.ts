import { requireDeployment } from "../deployment.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";
import { checkStage, putStage, requireStage, shownStage } from "../stage.ts";
import { patchedStage } from "../stage-patches.ts";

export const updateStage: ApiOperation<"UpdateStage"> = async (ctx, input) => {
  const { restApiId, stageName, patchOperations } = input;
  const stage = await ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    const before = requireStage(tx, restApiId, stageName);
    const settings = patchedStage(before.settings, patchOperations);
    checkStage("UpdateStage", settings);
    requireDeployment(tx, restApiId, settings.deploymentId);
    return putStage(tx, restApiId, { ...before, settings, modifiedMs: tx.nowMs });
  });
  return shownStage(stage);
};
