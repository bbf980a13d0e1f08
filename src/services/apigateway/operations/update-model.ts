import { models } from "../keys.ts";
import { checkModel, requireModel } from "../parts.ts";
import { patched } from "../patch.ts";
import { MODEL } from "../patches.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const updateModel: ApiOperation<"UpdateModel"> = async (ctx, input) => {
  const { restApiId, modelName, patchOperations } = input;
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    const model = patched(requireModel(tx, restApiId, modelName), patchOperations, MODEL);
    checkModel(model);
    models.put(tx, [restApiId, modelName], model);
    return model;
  });
};
