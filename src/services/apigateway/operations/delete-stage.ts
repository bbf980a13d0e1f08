import { stages } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";
import { requireStage } from "../stage.ts";

export const deleteStage: ApiOperation<"DeleteStage"> = async (ctx, input) => {
  const { restApiId, stageName } = input;
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    requireStage(tx, restApiId, stageName);
    stages.delete(tx, [restApiId, stageName]);
  });
};
