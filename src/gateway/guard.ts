/**
 * Keeps web pages away from the engine.
 *
 * A page in the user's browser can send requests to loopback, and by DNS rebinding even under a
 * name of its own. So the `Host` must be a name that cannot be rebound, and a request that a
 * browser sends for another site is refused. HTTP APIs of the application are open to every origin,
 * as on AWS: there the application's own CORS configuration decides.
 */
import { isIP } from "node:net";
import type { HttpRequest } from "../wire/http.ts";

export interface GuardOptions {
  /** Further host names that reach this engine: `millrace.example.internal`. */
  readonly allowedHosts: readonly string[];
}

const OWN_NAMES = ["localhost", "host.docker.internal"];
const OWN_SUFFIXES = [".localhost", ".amazonaws.com", ".api.aws"];

export function isAllowedHost(request: HttpRequest, options: GuardOptions): boolean {
  const name = hostName(request.headers["host"] ?? "");
  return (
    isIP(name.replace(/^\[|\]$/g, "")) !== 0 ||
    OWN_NAMES.includes(name) ||
    OWN_SUFFIXES.some((suffix) => name.endsWith(suffix)) ||
    options.allowedHosts.includes(name)
  );
}

/** Whether a browser sent this on behalf of a site that is not on this machine. */
export function isForeignPage(request: HttpRequest, options: GuardOptions): boolean {
  const origin = request.headers["origin"];
  if (origin !== undefined) {
    return !isOwnOrigin(origin, options);
  }
  return request.headers["sec-fetch-site"] === "cross-site";
}

export function isOwnOrigin(origin: string, options: GuardOptions): boolean {
  const name = /^https?:\/\/(\[[^\]]+\]|[^:/]+)(:\d+)?$/.exec(origin)?.[1];
  return (
    name !== undefined &&
    (name === "localhost" ||
      name.endsWith(".localhost") ||
      name === "[::1]" ||
      /^127\.\d+\.\d+\.\d+$/.test(name) ||
      options.allowedHosts.includes(name))
  );
}

function hostName(host: string): string {
  const bracketed = /^(\[[^\]]+\])/.exec(host)?.[1];
  return bracketed ?? (host.split(":")[0] ?? "").toLowerCase();
}
