/** Requests and answers of HTTP, as the inputs and outputs of tasks write them. */
import { utf8Decode } from "../../../base/bytes.ts";
import {
  isArray,
  isObject,
  type Json,
  type JsonObject,
} from "../../../languages/asl/data/scope.ts";
import type { EndpointAnswer } from "../../../outbox/endpoints.ts";
import { statusText } from "../../../platform/http-status.ts";

export const HTTP_METHODS: readonly string[] = [
  ...["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"],
];

/** `{"name": "value"}` or `{"name": ["value", "value"]}`; nothing for what is no object. */
export function listsOf(value: Json | undefined): Readonly<Record<string, readonly string[]>> {
  if (value === undefined || !isObject(value)) {
    return {};
  }
  const entries = Object.entries(value).map(([name, given]): [string, readonly string[]] => [
    name,
    (isArray(given) ? given : [given]).map(textOf),
  ]);
  return Object.fromEntries(entries);
}

export function headersOf(value: Json | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(listsOf(value)).map(([name, values]) => [name, values.join(",")]),
  );
}

export function hasHeader(headers: Readonly<Record<string, string>>, name: string): boolean {
  return Object.keys(headers).some((given) => given.toLowerCase() === name);
}

/** Header names that a task must not set, as sent. */
export function headersAmong(
  headers: Readonly<Record<string, string>>,
  reserved: { readonly names: ReadonlySet<string>; readonly prefixes: readonly string[] },
): readonly string[] {
  return Object.keys(headers).filter((name) => {
    const lower = name.toLowerCase();
    return reserved.names.has(lower) || reserved.prefixes.some((start) => lower.startsWith(start));
  });
}

export function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What a task's output holds of an answer; its body as JSON, when it is that. */
export function answerOutput({ status, headers, body }: EndpointAnswer): JsonObject {
  return {
    Headers: headers,
    ResponseBody: bodyOf(utf8Decode(body)),
    StatusCode: status,
    StatusText: statusText(status),
  };
}

/** Of an error: the body as it came, or the status when there is none. */
export function answerCause({ status, body }: EndpointAnswer): string {
  return body.length === 0 ? statusText(status) : utf8Decode(body);
}

export function isSuccess({ status }: EndpointAnswer): boolean {
  return status >= 200 && status <= 299;
}

function bodyOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
