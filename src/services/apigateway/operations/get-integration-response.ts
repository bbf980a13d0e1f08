import { requireIntegrationResponse, requireMethod } from "../method.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const getIntegrationResponse: ApiOperation<"GetIntegrationResponse"> = async (ctx, input) =>
  ctx.store.read((tx) => {
    requireApi(tx, ctx, input.restApiId);
    return requireIntegrationResponse(requireMethod(tx, input), input.statusCode);
  });
