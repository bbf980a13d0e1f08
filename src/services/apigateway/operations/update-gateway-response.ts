import { checkGatewayResponse, shownGatewayResponse } from "../gateway-response.ts";
import { gatewayResponses } from "../keys.ts";
import { patched } from "../patch.ts";
import { GATEWAY_RESPONSE } from "../patches.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApi } from "../rest-api.ts";

export const updateGatewayResponse: ApiOperation<"UpdateGatewayResponse"> = async (ctx, input) => {
  const { restApiId, responseType, patchOperations } = input;
  return ctx.store.write((tx) => {
    requireApi(tx, ctx, restApiId);
    checkGatewayResponse({ responseType });
    const before = gatewayResponses.get(tx, [restApiId, responseType]) ?? { responseType };
    const after = patched(before, patchOperations, GATEWAY_RESPONSE);
    checkGatewayResponse(after);
    gatewayResponses.put(tx, [restApiId, responseType], after);
    return shownGatewayResponse(tx, restApiId, responseType);
  });
};
