/**
 * What a function's result says to the client of its URL.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload,
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 */
import { fromBase64, utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { isJsonObject, type JsonObject, parseJson } from "../../base/json.ts";
import { type HeaderList, headersOf, httpStatusOf } from "../../wire/proxy-result.ts";

export interface UrlHead {
  readonly status: number;
  readonly headers: HeaderList;
}

export interface UrlResponse extends UrlHead {
  readonly body: Uint8Array;
}

/** The content type of a stream that begins with a prelude: JSON, then eight zero bytes. */
export const PRELUDE_TYPE = "application/vnd.awslambda.http-integration-response";
const PRELUDE_END = Buffer.alloc(8);

const JSON_TYPE = "application/json";

/** `undefined` when the result is malformed: a bad gateway for the client. */
export function bufferedResponse(payload: Uint8Array): UrlResponse | undefined {
  const result = parseJson(utf8Decode(payload));
  if (!isJsonObject(result) || result["statusCode"] === undefined) {
    return result === undefined ? undefined : inferred(result, payload);
  }
  const head = statedHead(result);
  const body = result["body"] ?? "";
  if (head === undefined || typeof body !== "string") {
    return undefined;
  }
  const bytes = result["isBase64Encoded"] === true ? fromBase64(body) : utf8Encode(body);
  return { ...head, body: bytes };
}

/** Without a status a result is the body of a success; a string is its own text. */
function inferred(result: unknown, payload: Uint8Array): UrlResponse {
  const body = typeof result === "string" ? utf8Encode(result) : payload;
  return { status: 200, headers: [["content-type", JSON_TYPE]], body };
}

/** Status and headers of a result or of a stream's prelude. */
export function statedHead(stated: JsonObject): UrlHead | undefined {
  const { statusCode = 200, headers, cookies } = stated;
  const status = httpStatusOf(statusCode);
  if (status === undefined) {
    return undefined;
  }
  const listed = headersOf(isJsonObject(headers) ? headers : {});
  const set = (Array.isArray(cookies) ? cookies : []).map(
    (cookie) => ["set-cookie", String(cookie)] as const,
  );
  const typed = listed.some(([name]) => name === "content-type");
  const type = typed ? [] : [["content-type", JSON_TYPE] as const];
  return { status, headers: [...listed, ...set, ...type] };
}

/** A stream's prelude and what follows it; `undefined` while the end of the prelude is missing. */
export function splitPrelude(
  bytes: Uint8Array,
): { readonly head: UrlHead | undefined; readonly rest: Uint8Array } | undefined {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(PRELUDE_END);
  if (at === -1) {
    return undefined;
  }
  const prelude = parseJson(utf8Decode(bytes.subarray(0, at)));
  const head = isJsonObject(prelude) ? statedHead(prelude) : undefined;
  return { head, rest: bytes.subarray(at + PRELUDE_END.length) };
}
