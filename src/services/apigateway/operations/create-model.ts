import { conflict } from "../errors.ts";
import { given } from "../given.ts";
import { newId, PART_ID_LENGTH } from "../ids.ts";
import { models } from "../keys.ts";
import { checkModel } from "../parts.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const createModel: ApiOperation<"CreateModel"> = async (ctx, input) => {
  const { restApiId, name, ...members } = input;
  checkModel(input);
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    if (models.get(tx, [restApiId, name]) !== undefined) {
      throw conflict("Model name already exists for this REST API");
    }
    const model = { ...given(members), id: newId(tx, PART_ID_LENGTH), name };
    models.put(tx, [restApiId, name], model);
    return model;
  });
};
