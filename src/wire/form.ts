/** The parameters of a query-protocol request: its form, else its query string. */
import { unescape as percentDecoded } from "node:querystring";
import type { HttpRequest } from "./http.ts";

/** By name; the last of equal names wins. */
export type Form = ReadonlyMap<string, string>;

const forms = new WeakMap<HttpRequest, Form>();

/** Parsed once a request, though both claiming and parsing look at it. */
export function formOf(request: HttpRequest): Form {
  const known = forms.get(request);
  if (known !== undefined) {
    return known;
  }
  const form = new Map<string, string>();
  addPairs(form, request.query);
  const { body } = request;
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    addPairs(form, Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
  }
  forms.set(request, form);
  return form;
}

function addPairs(form: Map<string, string>, text: string): void {
  let start = 0;
  while (start < text.length) {
    const ampersand = text.indexOf("&", start);
    const end = ampersand === -1 ? text.length : ampersand;
    const equals = text.indexOf("=", start);
    const split = equals === -1 || equals > end ? end : equals;
    if (end > start) {
      form.set(unescaped(text.slice(start, split)), unescaped(text.slice(split + 1, end)));
    }
    start = end + 1;
  }
}

/** A percent sign that starts no valid sequence is kept as it is, as browsers do. */
function unescaped(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  return spaced.includes("%") ? percentDecoded(spaced) : spaced;
}
