/**
 * The result of a function that answers HTTP: what function URLs and APIs read alike.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import type { JsonObject } from "../base/json.ts";

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** Said by the engine itself, whatever the function says. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "transfer-encoding",
]);

/** `undefined` for what is no status of HTTP. */
export function httpStatusOf(value: unknown): number | undefined {
  const status = Number(value);
  return Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}

/** Names in lower case; what is neither text, number nor boolean is left out. */
export function headersOf(headers: JsonObject): HeaderList {
  return Object.entries(headers)
    .filter(([name, value]) => isPlain(value) && !OWN_HEADERS.has(name.toLowerCase()))
    .map(([name, value]) => [name.toLowerCase(), String(value)]);
}

function isPlain(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
