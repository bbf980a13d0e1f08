import { requireDeployment, stagesOf } from "../deployment.ts";
import { badRequest } from "../errors.ts";
import { deployments } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const deleteDeployment: ApiOperation<"DeleteDeployment"> = async (ctx, input) => {
  const { restApiId, deploymentId } = input;
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    requireDeployment(tx, restApiId, deploymentId);
    if (stagesOf(tx, restApiId).some(({ settings }) => settings.deploymentId === deploymentId)) {
      throw badRequest("Active stages pointing to this deployment must be moved or deleted");
    }
    deployments.delete(tx, [restApiId, deploymentId]);
  });
};
