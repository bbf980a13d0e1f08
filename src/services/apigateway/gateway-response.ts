/** Gateway responses: what an API says where its integrations are not asked. */

import type { ReadTx } from "../../store/store.ts";
import type { GatewayResponse } from "../../wire/models/apigateway.gen.ts";
import { badRequest } from "./errors.ts";
import { gatewayResponses } from "./keys.ts";
import { DEFAULT_TEMPLATE, RESPONSE_TYPES } from "./response-types.ts";

export function checkGatewayResponse(response: GatewayResponse): void {
  const { responseType = "", statusCode, responseParameters = {} } = response;
  if (!Object.hasOwn(RESPONSE_TYPES, responseType)) {
    throw badRequest(`Invalid response type specified: ${responseType}`);
  }
  if (statusCode && !/^[1-5]\d\d$/.test(statusCode)) {
    throw badRequest(`Invalid status code specified: ${statusCode}`);
  }
  const wrong = Object.keys(responseParameters).find(
    (name) => !/^gatewayresponse\.header\.\S+$/.test(name),
  );
  if (wrong !== undefined) {
    throw badRequest(`Invalid mapping expression specified: ${wrong}`);
  }
}

/** As it was customized, else as it is of itself. */
export function shownGatewayResponse(tx: ReadTx, apiId: string, type: string): GatewayResponse {
  const own = gatewayResponses.get(tx, [apiId, type]);
  if (own !== undefined) {
    return { responseParameters: {}, responseTemplates: {}, ...own, defaultResponse: false };
  }
  const [statusCode] = RESPONSE_TYPES[type] ?? [];
  return {
    responseType: type,
    statusCode,
    responseParameters: {},
    responseTemplates: { "application/json": DEFAULT_TEMPLATE },
    defaultResponse: true,
  };
}
