import { requireApi } from "../api.ts";
import { deploy, pointStage, shownDeployment } from "../deployment.ts";
import { badRequest } from "../errors.ts";
import type { ApiOperation } from "../ports.ts";
import { requireStage } from "../stage.ts";

export const createDeployment: ApiOperation<"CreateDeployment"> = async (ctx, input) => {
  const { ApiId, StageName, Description } = input;
  const deployment = await ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    const stage = StageName === undefined ? undefined : requireStage(tx, ApiId, StageName);
    if (stage?.settings.AutoDeploy === true) {
      throw badRequest("Deployments cannot be made to a stage that has AutoDeploy enabled");
    }
    const created = deploy(tx, ApiId, { description: Description, autoDeployed: false });
    if (created.snapshot.routes.length === 0) {
      throw badRequest("At least one route is required before deploying the Api.");
    }
    if (stage !== undefined) {
      pointStage(tx, ApiId, stage, created.deploymentId);
    }
    return created;
  });
  return shownDeployment(deployment);
};
