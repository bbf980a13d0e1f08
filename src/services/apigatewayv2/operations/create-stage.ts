import { isPartName, requireApi } from "../api.ts";
import { autoDeploy, stagesOf } from "../deployment.ts";
import { badRequest, conflict } from "../errors.ts";
import { given } from "../given.ts";
import { stages } from "../keys.ts";
import { STAGES_MAX } from "../limits.ts";
import type { ApiOperation } from "../ports.ts";
import { checkDeployment, checkStageMembers, requireStage, shownStage } from "../stage.ts";

export const createStage: ApiOperation<"CreateStage"> = async (ctx, input) => {
  const { ApiId, ...members } = input;
  const { StageName, DeploymentId, AutoDeploy } = members;
  checkStageMembers("CreateStage", members);
  if (!isPartName(StageName)) {
    throw badRequest("Stage name only allows a-zA-Z0-9_- and $default");
  }
  if (AutoDeploy === true && DeploymentId !== undefined) {
    throw badRequest("DeploymentId cannot be specified when AutoDeploy is enabled");
  }
  const stage = await ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    const others = stagesOf(tx, ApiId);
    if (others.some(({ settings }) => settings.StageName === StageName)) {
      throw conflict("Stage already exists");
    }
    if (others.length >= STAGES_MAX) {
      throw badRequest("Maximum number of Stages for this API has been reached");
    }
    checkDeployment(tx, ApiId, DeploymentId);
    const settings = { RouteSettings: {}, StageVariables: {}, ...given(members), StageName };
    stages.put(tx, [ApiId, StageName], {
      createdMs: tx.nowMs,
      modifiedMs: tx.nowMs,
      settings: { DefaultRouteSettings: { DetailedMetricsEnabled: false }, ...settings },
    });
    autoDeploy(tx, ApiId);
    return requireStage(tx, ApiId, StageName);
  });
  return shownStage(stage);
};
