import { requireApi } from "../api.ts";
import { autoDeploy, dropAutomatic, pointStage } from "../deployment.ts";
import { badRequest } from "../errors.ts";
import { given } from "../given.ts";
import { stages } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { checkDeployment, checkStageMembers, requireStage, shownStage } from "../stage.ts";

export const updateStage: ApiOperation<"UpdateStage"> = async (ctx, input) => {
  const { ApiId, StageName, DeploymentId, ...members } = input;
  checkStageMembers("UpdateStage", members);
  const stage = await ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    const before = requireStage(tx, ApiId, StageName);
    const settings = { ...before.settings, ...given(members) };
    const after = { ...before, settings, modifiedMs: tx.nowMs };
    stages.put(tx, [ApiId, StageName], after);
    if (settings.AutoDeploy === true) {
      if (DeploymentId !== undefined) {
        throw badRequest("DeploymentId cannot be specified when AutoDeploy is enabled");
      }
      autoDeploy(tx, ApiId);
    } else if (DeploymentId !== undefined) {
      checkDeployment(tx, ApiId, DeploymentId);
      pointStage(tx, ApiId, after, DeploymentId);
      dropAutomatic(tx, ApiId, before.settings.DeploymentId);
    }
    return requireStage(tx, ApiId, StageName);
  });
  return shownStage(stage);
};
