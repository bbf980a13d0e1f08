import { requireApi } from "../api.ts";
import { requireDeployment, shownDeployment } from "../deployment.ts";
import type { ApiOperation } from "../ports.ts";

export const getDeployment: ApiOperation<"GetDeployment"> = async (ctx, input) => {
  const deployment = await ctx.store.read((tx) => {
    requireApi(tx, ctx, input.ApiId);
    return requireDeployment(tx, input.ApiId, input.DeploymentId);
  });
  return shownDeployment(deployment);
};
