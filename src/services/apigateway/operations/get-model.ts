import { notSupported } from "../../../wire/aws-error.ts";
import { requireModel } from "../parts.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const getModel: ApiOperation<"GetModel"> = async (ctx, input) => {
  if (input.flatten === true) {
    throw notSupported("GetModel", "flatten");
  }
  return ctx.store.read((tx) => {
    requireApi(tx, ctx, input.restApiId);
    return requireModel(tx, input.restApiId, input.modelName);
  });
};
