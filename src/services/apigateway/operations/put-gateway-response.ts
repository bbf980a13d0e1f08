import { checkGatewayResponse, shownGatewayResponse } from "../gateway-response.ts";
import { given } from "../given.ts";
import { gatewayResponses } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const putGatewayResponse: ApiOperation<"PutGatewayResponse"> = async (ctx, input) => {
  const { restApiId, ...members } = input;
  checkGatewayResponse(members);
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    const response = { ...given(members), responseType: input.responseType };
    gatewayResponses.put(tx, [restApiId, input.responseType], response);
    return shownGatewayResponse(tx, restApiId, input.responseType);
  });
};
