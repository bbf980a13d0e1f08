/** API Gateway: REST APIs and HTTP APIs behind one door, since an id says which kind it is. */
import type { HttpApis } from "../outbox/endpoints.ts";
import {
  type ApiGateway,
  type ApiGatewayPorts,
  createApiGateway,
} from "../services/apigateway/service.ts";
import { createHttpApis } from "../services/apigatewayv2/http-apis.ts";
import { type ApiGatewayV2, createApiGatewayV2 } from "../services/apigatewayv2/service.ts";
import type { Service } from "../services/service.ts";

export interface Apis {
  readonly services: readonly Service[];
  /** Answers a request to an API: for the gateway, which finds the API by host or path. */
  readonly serve: ApiGatewayV2["serve"];
  /** The same for other services: pipes and workflows call APIs. */
  readonly apis: HttpApis;
}

export function createApis(ports: ApiGatewayPorts): Apis {
  const rest = createApiGateway(ports);
  const http = createApiGatewayV2(ports);
  const serve = createServe({ rest, http });
  return { services: [rest.service, http.service], serve, apis: createHttpApis(serve) };
}

/** Ids that are remembered; what an id is, never changes. */
const REMEMBERED_MAX = 10_000;

function createServe(options: {
  readonly rest: ApiGateway;
  readonly http: ApiGatewayV2;
}): ApiGatewayV2["serve"] {
  const { rest, http } = options;
  const kinds = new Map<string, "rest" | "http">();
  return async (request, target) => {
    const { apiId } = target;
    const kind = kinds.get(apiId) ?? ((await rest.has(apiId)) ? "rest" : "http");
    if (kind === "rest") {
      remember(kinds, apiId, kind);
      return rest.serve(request, target);
    }
    const response = await http.serve(request, target);
    if (response.status !== NOT_FOUND) {
      remember(kinds, apiId, kind);
    }
    return response;
  };
}

/** An id that nobody has says nothing of the one who may get it. */
const NOT_FOUND = 404;

function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  const [oldest] = map.keys();
  if (map.size >= REMEMBERED_MAX && !map.has(key) && oldest !== undefined) {
    map.delete(oldest);
  }
  map.set(key, value);
}
