import { notSupported } from "../../../wire/aws-error.ts";
import { deploy, shownDeployment } from "../deployment.ts";
import { stages } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";
import { addStage, checkStage, putStage } from "../stage.ts";

/** Makes the stage it names, or points it to the new deployment. */
export const createDeployment: ApiOperation<"CreateDeployment"> = async (ctx, input) => {
  const { restApiId, stageName, stageDescription, description, ...members } = input;
  const { cacheClusterEnabled, cacheClusterSize, canarySettings, variables } = members;
  if (canarySettings !== undefined) {
    throw notSupported("CreateDeployment", "canarySettings");
  }
  const deployment = await ctx.store.write((tx) => {
    const api = requireApi(tx, ctx, restApiId);
    const made = deploy(tx, api, description);
    if (stageName === undefined || stageName === "") {
      return made;
    }
    checkStage("CreateDeployment", { stageName });
    const stage = stages.get(tx, [restApiId, stageName]);
    const { tracingEnabled } = members;
    const settings = { deploymentId: made.id, tracingEnabled, variables, cacheClusterSize };
    if (stage === undefined) {
      addStage(tx, restApiId, "CreateDeployment", {
        ...settings,
        cacheClusterEnabled,
        description: stageDescription,
        stageName,
      });
    } else {
      const after = {
        ...stage.settings,
        ...(variables !== undefined && { variables }),
        ...(tracingEnabled !== undefined && { tracingEnabled }),
        ...(stageDescription !== undefined && { description: stageDescription }),
        ...(cacheClusterEnabled !== undefined && { cacheClusterEnabled }),
        deploymentId: made.id,
      };
      checkStage("CreateDeployment", after);
      putStage(tx, restApiId, { ...stage, settings: after, modifiedMs: tx.nowMs });
    }
    return made;
  });
  return shownDeployment(deployment, undefined);
};
