/** Runs the integration of a method, whatever its type, and gives the method's answer. */
import { utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import { isJsonObject, parseJson } from "../../../base/json.ts";
import type { HttpClient } from "../../../platform/http-client.ts";
import type { HttpResponse } from "../../../wire/http.ts";
import type { Integration } from "../../../wire/models/apigateway.gen.ts";
import { invokedFunctionOf, withStageVariables } from "../../api-front/integration-uri.ts";
import { INTEGRATION_TIMEOUT_MS } from "../limits.ts";
import { callFunction, reasonOf, type TrafficPorts, within } from "./function-call.ts";
import { type Multi, valuesOf } from "./headers.ts";
import { callHttp } from "./http-call.ts";
import type { Routed } from "./incoming.ts";
import {
  type IntegrationRequest,
  integrationRequest,
  mappedParameters,
} from "./integration-request.ts";
import { type Endpoint, integrationAnswer } from "./integration-response.ts";
import { type Answer, answeredName, proxyToFunction } from "./proxy.ts";
import { internal, Refusal } from "./refusal.ts";
import { callService } from "./service-call.ts";

export type IntegrationPorts = TrafficPorts & { readonly http: HttpClient };

export async function integrate(ports: IntegrationPorts, routed: Routed): Promise<Answer> {
  const { methodIntegration: integration } = routed.method;
  if (integration === undefined) {
    throw internal("No integration defined for method");
  }
  switch (integration.type) {
    case "AWS_PROXY":
      return proxyToFunction(ports, routed);
    case "HTTP_PROXY":
      return proxyToHttp(ports, routed, integration);
    default: {
      const request = integrationRequest(routed, integration);
      routed.note(`Endpoint request body after transformations: ${utf8Decode(request.body)}`);
      const endpoint = await endpointOf(ports, routed, integration, request);
      routed.note(`Endpoint response body before transformations: ${utf8Decode(endpoint.body)}`);
      return integrationAnswer(routed, integration, endpoint, request.overrides);
    }
  }
}

/** The request as it came, with what is mapped over it; the answer as it comes. */
async function proxyToHttp(
  ports: IntegrationPorts,
  routed: Routed,
  integration: Integration,
): Promise<Answer> {
  const mapped = mappedParameters(routed, integration);
  const path = Object.entries(mapped.path).map(([name, values]) => [name, values.at(-1) ?? ""]);
  const answer = await callHttp(ports.http, routed, integration, {
    header: { ...routed.headers, ...mapped.header },
    querystring: { ...routed.query, ...mapped.querystring },
    path: { ...routed.match.variables, ...Object.fromEntries(path) },
    body: routed.request.body,
  });
  const headers = Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.has(name));
  return {
    status: answer.status,
    headers: headers.flatMap(([name, values]) =>
      values.map((value) => [answeredName(name), value] as const),
    ),
    body: answer.body,
  };
}

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
]);

async function endpointOf(
  ports: IntegrationPorts,
  routed: Routed,
  integration: Integration,
  request: IntegrationRequest,
): Promise<Endpoint> {
  if (integration.type === "MOCK") {
    return mocked(request);
  }
  if (integration.type === "HTTP") {
    const type = valuesOf(routed.headers, "content-type");
    const header: Multi = {
      ...(type.length > 0 && { "Content-Type": type }),
      "User-Agent": [`AmazonAPIGateway_${routed.api.id}`],
      "X-Amzn-Apigateway-Api-Id": [routed.api.id],
      "X-Amzn-Trace-Id": [routed.trace],
      ...request.header,
    };
    const answer = await callHttp(ports.http, routed, integration, { ...request, header });
    return { ...answer, selector: String(answer.status) };
  }
  const uri = withStageVariables(integration.uri ?? "", routed.stage.variables ?? {});
  const functionArn = invokedFunctionOf(uri);
  return functionArn === undefined
    ? serviceEndpoint(ports, routed, integration, request)
    : functionEndpoint(ports, routed, { integration, request, functionArn });
}

/** The template says which status there would be. */
function mocked({ body }: IntegrationRequest): Endpoint {
  const stated = parseJson(utf8Decode(body));
  const status = isJsonObject(stated) ? Number(stated["statusCode"]) : Number.NaN;
  if (!Number.isInteger(status)) {
    throw internal(
      "Unable to parse statusCode. It should be an integer that is defined in the request template.",
    );
  }
  return { body: new Uint8Array(), headers: {}, selector: String(status) };
}

async function functionEndpoint(
  ports: TrafficPorts,
  routed: Routed,
  call: {
    readonly integration: Integration;
    readonly request: IntegrationRequest;
    readonly functionArn: string;
  },
): Promise<Endpoint> {
  const { integration, request, functionArn } = call;
  const payload = request.body.length === 0 ? utf8Encode("{}") : request.body;
  const kind = valuesOf(request.header, "x-amz-invocation-type").at(-1);
  const called = callFunction(ports, routed, {
    functionArn,
    payload,
    isAsync: kind === "Event",
    timeoutMs: integration.timeoutInMillis ?? INTEGRATION_TIMEOUT_MS,
  });
  const result = await called.catch((error: unknown) => {
    throw error instanceof Refusal ? error : internal(reasonOf(error));
  });
  const body = parseJson(utf8Decode(result.payload));
  const message = isJsonObject(body) ? body["errorMessage"] : undefined;
  const type = result.functionError === undefined ? undefined : [result.functionError];
  return {
    body: result.payload,
    headers: type === undefined ? {} : { "X-Amz-Function-Error": type },
    selector: result.functionError === undefined ? "" : String(message ?? result.functionError),
  };
}

async function serviceEndpoint(
  ports: TrafficPorts,
  routed: Routed,
  integration: Integration,
  request: IntegrationRequest,
): Promise<Endpoint> {
  const uri = withStageVariables(integration.uri ?? "", routed.stage.variables ?? {});
  const filled = uri.replace(
    /\{([^{}+]+)\+?\}/g,
    (whole, name: string) => request.path[name] ?? whole,
  );
  const type = valuesOf(routed.headers, "content-type");
  const header = {
    ...(type.length > 0 && { "content-type": type }),
    ...lowerCased(request.header),
  };
  const called = callService(ports, routed, {
    method: integration.httpMethod ?? "POST",
    uri: filled,
    header,
    querystring: request.querystring,
    body: request.body,
  });
  const timeoutMs = integration.timeoutInMillis ?? INTEGRATION_TIMEOUT_MS;
  const answer = await within(ports.clock, timeoutMs, called);
  return { ...(await collected(answer)), selector: String(answer.status) };
}

function lowerCased(headers: Multi): Multi {
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values]),
  );
}

async function collected(response: HttpResponse): Promise<Omit<Endpoint, "selector">> {
  const headers: Record<string, readonly string[]> = {};
  for (const [name, value] of response.headers) {
    headers[name] = [...(headers[name] ?? []), value];
  }
  const { body } = response;
  if (body instanceof Uint8Array) {
    return { headers, body };
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
  }
  return { headers, body: Buffer.concat(chunks) };
}
