/** Finds the requests that are for a function URL, by host or by path. */
import type { HttpRequest, HttpResponse } from "../wire/http.ts";
import type { Handler } from "./handlers.ts";

export interface FunctionUrlTarget {
  readonly urlId: string;
  /** The raw path behind what named the URL. */
  readonly path: string;
}

export type ServeFunctionUrl = (
  request: HttpRequest,
  target: FunctionUrlTarget,
) => Promise<HttpResponse>;

const HOST_PATTERN = /^([a-z0-9]+)\.lambda-url\./;
const PATH_PATTERN = /^\/_url\/([a-z0-9]+)(\/.*)?$/;

export function functionUrlTarget(host: string, path: string): FunctionUrlTarget | undefined {
  const byHost = HOST_PATTERN.exec(host)?.[1];
  if (byHost !== undefined) {
    return { urlId: byHost, path };
  }
  const [, urlId, rest] = PATH_PATTERN.exec(path) ?? [];
  return urlId === undefined ? undefined : { urlId, path: rest ?? "/" };
}

export function isFunctionUrl(host: string, path: string): boolean {
  return functionUrlTarget(host, path) !== undefined;
}

export function answerFunctionUrl(serve: ServeFunctionUrl): Handler {
  return (exchange) => {
    const target = functionUrlTarget(exchange.head.headers["host"] ?? "", exchange.head.path);
    return target && exchange.readBody().then((body) => serve({ ...exchange.head, body }, target));
  };
}
