/** The headers of a request as they were sent, and those that the gateway adds. */
import type { HttpRequest } from "../../../wire/http.ts";

/** The values of each name, in the order they came. */
export type Multi = Readonly<Record<string, readonly string[]>>;

/** Names that concern one connection only. */
const DROPPED: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/** These have one spelling, whatever the client's. */
const SPELLED: Readonly<Record<string, string>> = {
  host: "Host",
  "user-agent": "User-Agent",
  "x-amzn-trace-id": "X-Amzn-Trace-Id",
  "x-forwarded-for": "X-Forwarded-For",
  "x-forwarded-port": "X-Forwarded-Port",
  "x-forwarded-proto": "X-Forwarded-Proto",
};

/** Other names are spelled as the client does: REST APIs keep them, HTTP APIs do not. */
export function forwardedHeaders(
  request: HttpRequest,
  { host, trace }: { readonly host: string; readonly trace: string },
): Multi {
  const headers: Record<string, readonly string[]> = {};
  for (const [name, value] of pairsOf(request)) {
    const lower = name.toLowerCase();
    if (!DROPPED.has(lower) && !lower.startsWith(":")) {
      const spelled = SPELLED[lower] ?? name;
      headers[spelled] = [...(headers[spelled] ?? []), value];
    }
  }
  const before = headers["X-Forwarded-For"]?.join(", ");
  headers["Host"] ??= [host];
  headers["X-Amzn-Trace-Id"] = [trace];
  headers["X-Forwarded-For"] = [before ? `${before}, ${request.sourceIp}` : request.sourceIp];
  headers["X-Forwarded-Port"] ??= [host.match(/:([0-9]+)$/)?.[1] ?? "80"];
  headers["X-Forwarded-Proto"] ??= ["http"];
  return headers;
}

function pairsOf(request: HttpRequest): readonly (readonly [string, string])[] {
  const raw = request.rawHeaders;
  if (raw === undefined) {
    return Object.entries(request.headers);
  }
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    pairs.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  }
  return pairs;
}

/** Decoded; a plus is a space. */
export function queryOf(query: string): Multi {
  const values: Record<string, readonly string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    values[name] = [...(Object.hasOwn(values, name) ? (values[name] ?? []) : []), value];
  }
  return values;
}

/** One value a name: the last. */
export function lastOf(multi: Multi): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(multi).map(([name, values]) => [name, values.at(-1) ?? ""]),
  );
}

/** By a name in any case. */
export function valuesOf(multi: Multi, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  const found = Object.keys(multi).find((key) => key.toLowerCase() === wanted);
  return found === undefined ? [] : (multi[found] ?? []);
}
