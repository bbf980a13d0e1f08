/**
 * What `$context.` names of a request on its way to an integration.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */

import { prefixOf, requestTime } from "../api-front/request-marks.ts";
import { authorizerVariables } from "./authorization/authorizer-context.ts";
import { decodedPath, type RoutedRequest } from "./payload.ts";
import type { Selectable } from "./selection.ts";

export function contextVariable(routed: RoutedRequest, name: string): string | number | undefined {
  switch (name) {
    case "accountId":
      return routed.accountId;
    case "apiId":
      return routed.apiId;
    case "domainName":
      return routed.host;
    case "domainPrefix":
      return prefixOf(routed.host);
    case "requestId":
    case "extendedRequestId":
      return routed.requestId;
    case "httpMethod":
      return routed.request.method;
    case "identity.sourceIp":
      return routed.request.sourceIp;
    case "identity.userAgent":
      return routed.request.headers["user-agent"];
    case "path":
      return decodedPath(routed.path);
    case "protocol":
      return "HTTP/1.1";
    case "requestTime":
      return requestTime(routed.nowMs);
    case "requestTimeEpoch":
      return routed.nowMs;
    case "routeKey":
      return routed.routeKey;
    case "stage":
      return routed.stage;
    default: {
      const variables = authorizerVariables(routed.authorizer);
      return Object.hasOwn(variables, name) ? variables[name] : undefined;
    }
  }
}

/** A request as selection expressions see it. */
export function selectable(routed: RoutedRequest, response?: Selectable["response"]): Selectable {
  return {
    request: routed.request,
    path: routed.pathInStage,
    pathVariables: routed.pathVariables ?? {},
    stageVariables: routed.stageVariables ?? {},
    context: (name) => contextVariable(routed, name),
    ...(response !== undefined && { response }),
  };
}
