/** Integrations of type AWS_PROXY: the function gets the request, and its result is the answer. */
import { fromBase64, utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import { isJsonObject, type JsonObject, parseJson } from "../../../base/json.ts";
import { type HeaderList, httpStatusOf } from "../../../wire/proxy-result.ts";
import { INTEGRATION_TIMEOUT_MS } from "../limits.ts";
import { proxyEvent } from "./event.ts";
import { callFunction, functionOf, reasonOf, type TrafficPorts } from "./function-call.ts";
import { valuesOf } from "./headers.ts";
import type { Routed } from "./incoming.ts";
import { isBinary } from "./media-types.ts";
import { badGateway, internal, Refusal } from "./refusal.ts";

export interface Answer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

export async function proxyToFunction(ports: TrafficPorts, routed: Routed): Promise<Answer> {
  const { uri = "", timeoutInMillis } = routed.method.methodIntegration ?? {};
  const functionArn = functionOf(uri, routed.stage.variables ?? {});
  if (functionArn === undefined) {
    throw internal(`Invalid permissions or function name in ${uri}`);
  }
  const payload = utf8Encode(JSON.stringify(proxyEvent(routed)));
  routed.note(`Endpoint request URI: ${functionArn}`);
  routed.note(`Endpoint request body after transformations: ${utf8Decode(payload)}`);
  const timeoutMs = timeoutInMillis ?? INTEGRATION_TIMEOUT_MS;
  const called = callFunction(ports, routed, { functionArn, payload, timeoutMs });
  const result = await called.catch((error: unknown) => {
    throw error instanceof Refusal
      ? error
      : internal(`Execution failed due to configuration error: ${reasonOf(error)}`);
  });
  routed.note(`Endpoint response body before transformations: ${utf8Decode(result.payload)}`);
  if (result.functionError !== undefined) {
    throw badGateway(`Lambda execution failed with error: ${result.functionError}`);
  }
  const answer = proxyAnswer(routed, result.payload);
  if (answer === undefined) {
    throw badGateway(
      "Execution failed due to configuration error: Malformed Lambda proxy response",
    );
  }
  return answer;
}

const CONTENT_TYPE = "content-type";

/** `undefined` for a malformed one: no object, no status, a body that is no text. */
export function proxyAnswer(routed: Routed, payload: Uint8Array): Answer | undefined {
  const result = parseJson(utf8Decode(payload));
  if (!isJsonObject(result)) {
    return undefined;
  }
  const status = httpStatusOf(result["statusCode"]);
  const body = result["body"] ?? "";
  const headers = result["headers"] ?? {};
  const multi = result["multiValueHeaders"] ?? {};
  if (status === undefined || result["statusCode"] === null || typeof body !== "string") {
    return undefined;
  }
  if (!isJsonObject(headers) || !isJsonObject(multi)) {
    return undefined;
  }
  const stated = mergedHeaders(headers, multi);
  const typed = stated.some(([name]) => name === CONTENT_TYPE);
  const { binaryMediaTypes } = routed.compiled.snapshot;
  const accept = valuesOf(routed.headers, "accept")[0] ?? "*/*";
  const decodes = result["isBase64Encoded"] === true && isBinary(binaryMediaTypes, accept);
  return {
    status,
    headers: typed ? stated : [...stated, [CONTENT_TYPE, "application/json"]],
    body: decodes ? fromBase64(body) : utf8Encode(body),
  };
}

/** A name in both lists has the values of `multiValueHeaders`, and the single one unless it is there. */
function mergedHeaders(headers: JsonObject, multi: JsonObject): HeaderList {
  const merged = new Map<string, string[]>();
  for (const [name, values] of Object.entries(multi)) {
    const texts = (Array.isArray(values) ? values : []).filter(isPlain).map(String);
    merged.set(name.toLowerCase(), [...(merged.get(name.toLowerCase()) ?? []), ...texts]);
  }
  for (const [name, value] of Object.entries(headers)) {
    const known = merged.get(name.toLowerCase()) ?? [];
    if (isPlain(value) && !known.includes(String(value))) {
      merged.set(name.toLowerCase(), [...known, String(value)]);
    }
  }
  return [...merged].flatMap(([name, values]) =>
    values.map((value) => [answeredName(name), value] as const),
  );
}

function isPlain(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

/**
 * Headers that are the gateway's own come under another name.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const REMAPPED: ReadonlySet<string> = new Set([
  "authorization",
  "connection",
  "content-length",
  "content-md5",
  "date",
  "expect",
  "host",
  "max-forwards",
  "proxy-authenticate",
  "server",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
  "www-authenticate",
]);

export function answeredName(name: string): string {
  return REMAPPED.has(name) ? `x-amzn-remapped-${name}` : name;
}
