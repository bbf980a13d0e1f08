import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";
import { addStage, shownStage } from "../stage.ts";

export const createStage: ApiOperation<"CreateStage"> = async (ctx, input) => {
  const { restApiId, ...members } = input;
  const stage = await ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    return addStage(tx, restApiId, "CreateStage", members);
  });
  return shownStage(stage);
};
