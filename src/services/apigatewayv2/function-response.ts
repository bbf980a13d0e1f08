/**
 * What a function's result says to the client.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { fromBase64, utf8Decode, utf8Encode } from "../../base/bytes.ts";

export interface FunctionResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

const CONTENT_TYPE = "content-type";

/** Set by the gateway itself, whatever the function says. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "transfer-encoding",
]);

/** `undefined` when the result is malformed, which the client sees as an internal error. */
export function functionResponse(
  payload: Uint8Array,
  format: "1.0" | "2.0",
): FunctionResponse | undefined {
  const result = parseJson(payload);
  if (result === INVALID) {
    return undefined;
  }
  if (isObject(result) && result["statusCode"] !== undefined) {
    return statedResponse(result, format);
  }
  return format === "1.0" ? undefined : inferredResponse(payload);
}

/** Format 2.0 takes anything without a status as the body of a success. */
function inferredResponse(payload: Uint8Array): FunctionResponse {
  return { status: 200, headers: [[CONTENT_TYPE, "application/json"]], body: payload };
}

function statedResponse(
  result: Readonly<Record<string, unknown>>,
  format: "1.0" | "2.0",
): FunctionResponse | undefined {
  const status = Number(result["statusCode"]);
  const body = result["body"] ?? "";
  const { headers = {}, multiValueHeaders = {}, cookies = [] } = withoutNulls(result);
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof body !== "string") {
    return undefined;
  }
  if (!isObject(headers) || !isObject(multiValueHeaders) || !Array.isArray(cookies)) {
    return undefined;
  }
  const stated = [
    ...headerList(headers),
    ...(format === "1.0" ? multiHeaderList(multiValueHeaders) : []),
    ...(format === "2.0" ? cookies.map((cookie) => ["set-cookie", String(cookie)] as const) : []),
  ];
  const typed = stated.some(([name]) => name === CONTENT_TYPE);
  return {
    status,
    headers: typed ? stated : [...stated, [CONTENT_TYPE, "text/plain;charset=UTF-8"]],
    body: result["isBase64Encoded"] === true ? fromBase64(body) : utf8Encode(body),
  };
}

function headerList(headers: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(headers)
    .filter(([name, value]) => isPlain(value) && !OWN_HEADERS.has(name.toLowerCase()))
    .map(([name, value]) => [name.toLowerCase(), String(value)]);
}

function multiHeaderList(headers: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, values]) =>
    Array.isArray(values) ? values.flatMap((value) => headerList({ [name]: value })) : [],
  );
}

function isPlain(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

const INVALID: unique symbol = Symbol("invalid JSON");

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(utf8Decode(payload));
  } catch {
    return INVALID;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withoutNulls(
  result: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== null));
}
