import { conflict } from "../errors.ts";
import { models } from "../keys.ts";
import { requireModel } from "../parts.ts";
import type { ApiOperation } from "../ports.ts";
import { resourcesOf } from "../resource.ts";
import { requireApi } from "../rest-api.ts";

export const deleteModel: ApiOperation<"DeleteModel"> = async (ctx, input) => {
  const { restApiId, modelName } = input;
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    requireModel(tx, restApiId, modelName);
    const methods = resourcesOf(tx, restApiId).flatMap((resource) =>
      Object.values(resource.methods),
    );
    const isUsed = methods.some((method) =>
      [
        ...Object.values(method.requestModels ?? {}),
        ...Object.values(method.methodResponses ?? {}).flatMap((response) =>
          Object.values(response.responseModels ?? {}),
        ),
      ].includes(modelName),
    );
    if (isUsed) {
      throw conflict(`Cannot delete model '${modelName}', is referenced in method`);
    }
    models.delete(tx, [restApiId, modelName]);
  });
};
