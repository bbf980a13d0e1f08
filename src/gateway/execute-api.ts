/** Finds the requests that are for an HTTP API of the application, by host or by path. */
import type { HttpRequest, HttpResponse } from "../wire/http.ts";
import type { Handler } from "./handlers.ts";

export interface ExecuteApiTarget {
  readonly apiId: string;
  /** The raw path inside the API. */
  readonly path: string;
  readonly host: string;
}

export type ServeApi = (request: HttpRequest, target: ExecuteApiTarget) => Promise<HttpResponse>;

const HOST_PATTERN = /^([a-z0-9]+)\.execute-api\./;
const PATH_PATTERN = /^\/_api\/([a-z0-9]+)(\/.*)?$/;

export function executeApiTarget(host: string, path: string): ExecuteApiTarget | undefined {
  const byHost = HOST_PATTERN.exec(host)?.[1];
  if (byHost !== undefined) {
    return { apiId: byHost, path, host };
  }
  const [, apiId, rest] = PATH_PATTERN.exec(path) ?? [];
  return apiId === undefined ? undefined : { apiId, path: rest ?? "/", host };
}

export function isExecuteApi(host: string, path: string): boolean {
  return executeApiTarget(host, path) !== undefined;
}

export function answerExecuteApi(serve: ServeApi): Handler {
  return (exchange) => {
    const target = executeApiTarget(exchange.head.headers["host"] ?? "", exchange.head.path);
    const { rawHeaders } = exchange.request;
    return (
      target &&
      exchange.readBody().then((body) => serve({ ...exchange.head, body, rawHeaders }, target))
    );
  };
}
