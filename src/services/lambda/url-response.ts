/**
 * What a function's result says to the client of its URL.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload,
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 */
import { fromBase64, utf8Decode, utf8Encode } from "../../base/bytes.ts";

export interface UrlHead {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface UrlResponse extends UrlHead {
  readonly body: Uint8Array;
}

/** The content type of a stream that begins with a prelude: JSON, then eight zero bytes. */
export const PRELUDE_TYPE = "application/vnd.awslambda.http-integration-response";
const PRELUDE_END = Buffer.alloc(8);

const JSON_TYPE = "application/json";
/** Said by the engine itself, whatever the function says. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "transfer-encoding",
]);

/** `undefined` when the result is malformed: a bad gateway for the client. */
export function bufferedResponse(payload: Uint8Array): UrlResponse | undefined {
  const result = parsed(payload);
  if (!isObject(result) || result["statusCode"] === undefined) {
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
export function statedHead(stated: Readonly<Record<string, unknown>>): UrlHead | undefined {
  const { statusCode = 200, headers, cookies } = stated;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) {
    return undefined;
  }
  const listed = Object.entries(isObject(headers) ? headers : {})
    .filter(([name, value]) => isPlain(value) && !OWN_HEADERS.has(name.toLowerCase()))
    .map(([name, value]) => [name.toLowerCase(), String(value)] as const);
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
  const prelude = parsed(bytes.subarray(0, at));
  const head = isObject(prelude) ? statedHead(prelude) : undefined;
  return { head, rest: bytes.subarray(at + PRELUDE_END.length) };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8Decode(bytes));
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPlain(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
