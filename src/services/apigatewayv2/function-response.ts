/**
 * What a function's result says to the client.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { fromBase64, utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { isJsonObject, type JsonObject, parseJson } from "../../base/json.ts";
import { type HeaderList, headersOf, httpStatusOf } from "../../wire/proxy-result.ts";

export interface FunctionResponse {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

const CONTENT_TYPE = "content-type";

/** `undefined` when the result is malformed, which the client sees as an internal error. */
export function functionResponse(
  payload: Uint8Array,
  format: "1.0" | "2.0",
): FunctionResponse | undefined {
  const result = parseJson(utf8Decode(payload));
  if (result === undefined) {
    return undefined;
  }
  if (isJsonObject(result) && result["statusCode"] !== undefined) {
    return statedResponse(result, format);
  }
  return format === "1.0" ? undefined : inferredResponse(payload);
}

/** Format 2.0 takes anything without a status as the body of a success. */
function inferredResponse(payload: Uint8Array): FunctionResponse {
  return { status: 200, headers: [[CONTENT_TYPE, "application/json"]], body: payload };
}

function statedResponse(result: JsonObject, format: "1.0" | "2.0"): FunctionResponse | undefined {
  const status = httpStatusOf(result["statusCode"]);
  const body = result["body"] ?? "";
  const { headers = {}, multiValueHeaders = {}, cookies = [] } = withoutNulls(result);
  if (status === undefined || typeof body !== "string") {
    return undefined;
  }
  if (!isJsonObject(headers) || !isJsonObject(multiValueHeaders) || !Array.isArray(cookies)) {
    return undefined;
  }
  const stated = [
    ...headersOf(headers),
    ...(format === "1.0" ? multiHeadersOf(multiValueHeaders) : []),
    ...(format === "2.0" ? cookies.map((cookie) => ["set-cookie", String(cookie)] as const) : []),
  ];
  const typed = stated.some(([name]) => name === CONTENT_TYPE);
  return {
    status,
    headers: typed ? stated : [...stated, [CONTENT_TYPE, "text/plain;charset=UTF-8"]],
    body: result["isBase64Encoded"] === true ? fromBase64(body) : utf8Encode(body),
  };
}

function multiHeadersOf(headers: JsonObject): HeaderList {
  return Object.entries(headers).flatMap(([name, values]) =>
    Array.isArray(values) ? values.flatMap((value) => headersOf({ [name]: value })) : [],
  );
}

function withoutNulls(result: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== null));
}
