import { requireValidator } from "../parts.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const getRequestValidator: ApiOperation<"GetRequestValidator"> = async (ctx, input) =>
  ctx.store.read((tx) => {
    requireApi(tx, ctx, input.restApiId);
    return requireValidator(tx, input.restApiId, input.requestValidatorId);
  });
