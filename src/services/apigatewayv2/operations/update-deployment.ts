import { requireApi } from "../api.ts";
import { requireDeployment, shownDeployment } from "../deployment.ts";
import { deployments } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";

export const updateDeployment: ApiOperation<"UpdateDeployment"> = async (ctx, input) => {
  const { ApiId, DeploymentId, Description } = input;
  const deployment = await ctx.store.write((tx) => {
    requireApi(tx, ctx, ApiId);
    const before = requireDeployment(tx, ApiId, DeploymentId);
    const after = { ...before, description: Description ?? before.description };
    deployments.put(tx, [ApiId, DeploymentId], after);
    return after;
  });
  return shownDeployment(deployment);
};
