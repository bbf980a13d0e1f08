/**
 * Lets code reach the `ResponseURL` of a custom resource that takes the URL for one of S3: the CDK's
 * providers and many others keep its host and path and send to port 443 by TLS, whatever it says.
 * The engine listens elsewhere. So a request of `https` to the path of responses goes to the engine.
 *
 * `https` is patched when the function requires it, not before: loading it costs milliseconds of every
 * cold start. Imports of ES modules are not seen; for them it is patched when an event has such a URL.
 */
import { createRequire, syncBuiltinESMExports } from "node:module";
import { internals } from "./node-modules.ts";
import { RESPONSE_PATH } from "./response-path.ts";

type Request = (...values: unknown[]) => unknown;
type Options = Readonly<Record<string, unknown>>;

let endpointUrl: string | undefined;
let isPatched = false;

/** For modules that `require` it. */
export function routeResponses(endpoint: string): void {
  endpointUrl = endpoint;
  const load = internals._load;
  internals._load = function (request, parent, isMain): unknown {
    const loaded = Reflect.apply(load, this, [request, parent, isMain]);
    if (request === "https" || request === "node:https") {
      patch(loaded as { request: Request });
    }
    return loaded;
  };
}

const NEEDLE = Buffer.from(RESPONSE_PATH);

/** For ES modules: to be called with every event, before the handler is. */
export function routeResponsesOf(event: Buffer): void {
  if (!isPatched && endpointUrl !== undefined && event.includes(NEEDLE)) {
    patch(createRequire(__filename)("node:https"));
  }
}

function patch(https: { request: Request }): void {
  if (isPatched || endpointUrl === undefined) {
    return;
  }
  isPatched = true;
  const engine = new URL(endpointUrl);
  const request = https.request;
  https.request = (...values) => {
    const wanted = responseOptions(values, engine);
    if (wanted === undefined) {
      return Reflect.apply(request, https, values);
    }
    const callback = values.find((value) => typeof value === "function");
    const { request: plain } = createRequire(__filename)("node:http") as { request: Request };
    return callback === undefined ? plain(wanted) : plain(wanted, callback);
  };
  syncBuiltinESMExports();
}

/** The same request to the engine, when it is for a `ResponseURL`: `request(url?, options?, callback?)`. */
function responseOptions(values: readonly unknown[], engine: URL): Options | undefined {
  const [first, second] = values;
  const isUrl = typeof first === "string" || first instanceof URL;
  const given = (isUrl ? second : first) as Options | undefined;
  const url = isUrl ? urlOptions(first) : {};
  const options = typeof given === "object" && given !== null ? { ...url, ...given } : url;
  const { path, agent: _, auth: __, ...rest } = options as Options;
  const host = String(options["hostname"] ?? options["host"] ?? "").replace(/:\d+$/, "");
  if (!String(path).startsWith(RESPONSE_PATH) || host !== engine.hostname) {
    return undefined;
  }
  const { protocol, hostname, port, host: address } = engine;
  return { ...rest, path, protocol, hostname, port, host: address };
}

function urlOptions(url: string | URL): Options {
  try {
    const { hostname, pathname, search } = new URL(url);
    return { hostname, path: pathname + search };
  } catch {
    return {};
  }
}
