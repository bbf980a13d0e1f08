import { stagesOf } from "../deployment.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";
import { shownStage } from "../stage.ts";

export const getStages: ApiOperation<"GetStages"> = async (ctx, { restApiId, deploymentId }) =>
  ctx.store.read((tx) => {
    requireApi(tx, ctx, restApiId);
    const item = stagesOf(tx, restApiId)
      .filter(({ settings }) => [undefined, settings.deploymentId].includes(deploymentId))
      .map(shownStage);
    return { item };
  });
