import { requireApi } from "../api.ts";
import { isServed, requireDeployment } from "../deployment.ts";
import { badRequest } from "../errors.ts";
import { deployments } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";

export const deleteDeployment: ApiOperation<"DeleteDeployment"> = async (ctx, input) => {
  const { ApiId, DeploymentId } = input;
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    requireDeployment(tx, ApiId, DeploymentId);
    if (isServed(tx, ApiId, DeploymentId)) {
      throw badRequest("Active stages pointing to this deployment must be moved or deleted");
    }
    deployments.delete(tx, [ApiId, DeploymentId]);
  });
};
