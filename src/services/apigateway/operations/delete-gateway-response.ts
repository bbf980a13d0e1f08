import { notFound } from "../errors.ts";
import { checkGatewayResponse } from "../gateway-response.ts";
import { gatewayResponses } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const deleteGatewayResponse: ApiOperation<"DeleteGatewayResponse"> = async (ctx, input) => {
  const { restApiId, responseType } = input;
  await ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    checkGatewayResponse({ responseType });
    if (gatewayResponses.get(tx, [restApiId, responseType]) === undefined) {
      throw notFound("Gateway response type not defined on api");
    }
    gatewayResponses.delete(tx, [restApiId, responseType]);
  });
};
