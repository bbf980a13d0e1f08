/** What the admin routes share: bodies of JSON, and the answer to one that is not as it must be. */
import { utf8Decode, utf8Encode } from "../base/bytes.ts";
import { type JsonObject, parseJsonObject } from "../base/json.ts";
import type { HttpResponse } from "../wire/http.ts";

/** The members of the body; none when it is no object. */
export function bodyOf(body: Uint8Array): JsonObject {
  return parseJsonObject(utf8Decode(body)) ?? {};
}

export function badRequest(message: string): HttpResponse {
  return {
    status: 400,
    headers: [["content-type", "application/json"]],
    body: utf8Encode(`${JSON.stringify({ message })}\n`),
  };
}
