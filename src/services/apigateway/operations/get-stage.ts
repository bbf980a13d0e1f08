import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";
import { requireStage, shownStage } from "../stage.ts";

export const getStage: ApiOperation<"GetStage"> = async (ctx, { restApiId, stageName }) =>
  ctx.store.read((tx) => {
    requireApi(tx, ctx, restApiId);
    return shownStage(requireStage(tx, restApiId, stageName));
  });
