import { requireIntegration, requireMethod } from "../method.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const getIntegration: ApiOperation<"GetIntegration"> = async (ctx, input) =>
  ctx.store.read((tx) => {
    requireApi(tx, ctx, input.restApiId);
    return requireIntegration(requireMethod(tx, input));
  });
