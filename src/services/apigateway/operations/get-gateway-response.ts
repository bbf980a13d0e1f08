import { checkGatewayResponse, shownGatewayResponse } from "../gateway-response.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const getGatewayResponse: ApiOperation<"GetGatewayResponse"> = async (ctx, input) => {
  const { restApiId, responseType } = input;
  return ctx.store.read((tx) => {
    requireApi(tx, ctx, restApiId);
    checkGatewayResponse({ responseType });
    return shownGatewayResponse(tx, restApiId, responseType);
  });
};
