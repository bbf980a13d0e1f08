import { requireDeployment, shownDeployment } from "../deployment.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const getDeployment: ApiOperation<"GetDeployment"> = async (ctx, input) => {
  const { restApiId, deploymentId, embed } = input;
  return ctx.store.read((tx) => {
    requireApi(tx, ctx, restApiId);
    return shownDeployment(requireDeployment(tx, restApiId, deploymentId), embed);
  });
};
