import { requireDeployment, shownDeployment } from "../deployment.ts";
import { deployments } from "../keys.ts";
import { patched } from "../patch.ts";
import { DEPLOYMENT } from "../patches.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const updateDeployment: ApiOperation<"UpdateDeployment"> = async (ctx, input) => {
  const { restApiId, deploymentId, patchOperations } = input;
  const deployment = await ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    const before = requireDeployment(tx, restApiId, deploymentId);
    const after = patched(before, patchOperations, DEPLOYMENT);
    deployments.put(tx, [restApiId, deploymentId], after);
    return after;
  });
  return shownDeployment(deployment, undefined);
};
