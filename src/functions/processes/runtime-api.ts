/**
 * Lambda's Runtime API over HTTP, for one environment: what a custom runtime's `bootstrap` calls.
 *
 * Invariants: an invocation is given to one `next` and answered once; what comes for another
 * invocation, or a second time, is refused with AWS's error and changes nothing.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type InvokeMessage, RESPONSE_SIZE_MAX } from "../bootstraps/frames.ts";
import { errorPayload, responseTooLarge } from "../environments/outcome.ts";
import type { ExtensionRoutes } from "../extensions/extensions-api.ts";
import { accept, readBody, refuse } from "./runtime-api-http.ts";
import type { RuntimeLink, RuntimeListener } from "./runtime-link.ts";

const PREFIX = "/2018-06-01/runtime/";
/** The longest error document, in bytes. */
const ERROR_SIZE_MAX = RESPONSE_SIZE_MAX;
/** AWS's limit of a streamed response, in bytes. */
export const STREAM_SIZE_MAX: number = 200 * 1024 * 1024;

export interface RuntimeApi extends RuntimeLink {
  /** `host:port`: the value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
}

interface Pending {
  readonly message: InvokeMessage;
  readonly payload: Uint8Array;
  /** Waits to be given, has been, or its response is being read or was. */
  state: "waiting" | "given" | "answered";
}

export interface RuntimeApiOptions {
  /** Real time: deadlines are read by processes that know no other. */
  readonly nowMs: () => number;
  /** Asked first, for what is not the runtime's. */
  readonly extensions: ExtensionRoutes;
  /** The runtime is one of Millrace's own, which uses frames. */
  readonly isManaged: boolean;
  /** The environment is one that AWS would restore from a snapshot. */
  readonly isSnapStarted: boolean;
}

export async function openRuntimeApi(
  listener: RuntimeListener,
  options: RuntimeApiOptions,
): Promise<RuntimeApi> {
  const exchange = options.isManaged ? noExchange : createExchange(listener, options);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url?.startsWith(PREFIX) || !(await options.extensions(request, response))) {
      await route(exchange, listener, request, response);
    }
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const isAborted = request.destroyed && !request.complete;
      response.destroy();
      if (!isAborted || request.url?.startsWith(PREFIX)) {
        listener.broken(error instanceof Error ? error.message : String(error));
      }
    });
  });
  return {
    address: await listen(server),
    invoke: (message, payload) => exchange.invoke(message, payload),
    restore: () => exchange.restore(),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Brings the invocation and the `next` that takes it together, whichever comes first. */
interface Exchange {
  invoke(message: InvokeMessage, payload: Uint8Array): void;
  next(response: ServerResponse): void;
  /** The runtime is ready for a snapshot: answered when it is restored from it. */
  restoreNext(response: ServerResponse): void;
  restore(): void;
  /** Whether this invocation was given and has no answer yet: from now on it has. */
  takeAnswer(requestId: string): boolean;
}

/** The runtime waits for its invocations elsewhere: nobody else may take one. */
const noExchange: Exchange = {
  invoke() {},
  next: refuseTransition,
  restoreNext: refuseTransition,
  restore() {},
  takeAnswer: () => false,
};

function refuseTransition(response: ServerResponse): void {
  refuse(response, 403, "InvalidStateTransition", "State transition is not allowed");
}

function createExchange(
  listener: RuntimeListener,
  { isSnapStarted, nowMs }: RuntimeApiOptions,
): Exchange {
  let isReady = false;
  let unrestored: ServerResponse | undefined;
  let current: Pending | undefined;
  let waiting: ServerResponse | undefined;
  const give = (): void => {
    if (current?.state === "waiting" && waiting) {
      current.state = "given";
      writeInvocation(waiting, current, nowMs());
      waiting = undefined;
    }
  };
  return {
    invoke(message, payload) {
      current = { message, payload, state: "waiting" };
      give();
    },
    next(response) {
      if (current?.state === "given") {
        refuseTransition(response);
        return;
      }
      isReady = true;
      waiting = response;
      response.on("close", () => {
        waiting = waiting === response ? undefined : waiting;
      });
      if (current?.state === "answered") {
        current = undefined;
      }
      if (!current) {
        listener.ready();
      }
      give();
    },
    restoreNext(response) {
      if (!isSnapStarted || isReady) {
        refuseTransition(response);
        return;
      }
      isReady = true;
      unrestored = response;
      listener.ready(undefined, "restore");
    },
    restore() {
      unrestored?.writeHead(200, { "Content-Type": "application/json", "Content-Length": 0 }).end();
      unrestored = undefined;
    },
    takeAnswer(requestId) {
      const awaited = current && encodeURIComponent(current.message.requestId);
      if (current?.state !== "given" || awaited !== requestId) {
        return false;
      }
      current.state = "answered";
      return true;
    },
  };
}

async function route(
  exchange: Exchange,
  listener: RuntimeListener,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url = "" } = request;
  const resource = url.startsWith(PREFIX) ? url.slice(PREFIX.length) : "";
  if (method === "GET" && resource === "invocation/next") {
    exchange.next(response);
    return;
  }
  if (method === "GET" && resource === "restore/next") {
    exchange.restoreNext(response);
    return;
  }
  const isStartError = resource === "init/error" || resource === "restore/error";
  if (method === "POST" && isStartError && exchange !== noExchange) {
    listener.initError(await readError(request, response));
    return;
  }
  const [, requestId, what] = /^invocation\/([^/]+)\/(response|error)$/.exec(resource) ?? [];
  if (method !== "POST" || requestId === undefined) {
    refuse(response, 404, "NotFound", `${method} ${url} is not served`);
    return;
  }
  if (!exchange.takeAnswer(requestId)) {
    refuse(response, 400, "InvalidRequestID", "Invalid request ID");
    return;
  }
  if (what === "error") {
    listener.answer({ kind: "error", payload: await readError(request, response) });
  } else {
    await readResponse(request, response, listener);
  }
}

async function listen(server: Server): Promise<string> {
  // A `next` may wait, and a response may stream, for as long as the function has time.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function writeInvocation(
  response: ServerResponse,
  { message, payload }: Pending,
  nowMs: number,
): void {
  const { clientContext, cognitoIdentity, trace } = message;
  response.writeHead(200, {
    "Content-Type": "application/json",
    "Content-Length": payload.length,
    "Lambda-Runtime-Aws-Request-Id": message.requestId,
    "Lambda-Runtime-Deadline-Ms": String(nowMs + message.timeoutMs),
    "Lambda-Runtime-Invoked-Function-Arn": message.invokedArn,
    ...optionalHeader("Lambda-Runtime-Trace-Id", trace),
    ...optionalHeader("Lambda-Runtime-Client-Context", clientContext),
    ...optionalHeader("Lambda-Runtime-Cognito-Identity", cognitoIdentity),
  });
  response.end(payload);
}

async function readError(request: IncomingMessage, response: ServerResponse): Promise<Buffer> {
  const body = await readBody(request, ERROR_SIZE_MAX);
  accept(response);
  return body && body.length > 0 ? body : namedError(request);
}

/** As UTF-8 on one line: between the tokens of JSON, a space is as good as a newline. */
function optionalHeader(name: string, value: string | undefined): Record<string, string> {
  if (value === undefined) {
    return {};
  }
  return { [name]: Buffer.from(value.replace(/\p{Cc}/gu, " ")).toString("latin1") };
}

/** A runtime may leave the document out and name the error in a header alone. */
function namedError(request: IncomingMessage): Buffer {
  const errorType = request.headers["lambda-runtime-function-error-type"] ?? "Unhandled";
  return errorPayload({ errorType: String(errorType), errorMessage: "" });
}

async function readResponse(
  request: IncomingMessage,
  response: ServerResponse,
  listener: RuntimeListener,
): Promise<void> {
  if (request.headers["lambda-runtime-function-response-mode"] === "streaming") {
    return readStream(request, response, listener);
  }
  const body = await readBody(request, RESPONSE_SIZE_MAX);
  if (body) {
    accept(response);
    listener.answer({ kind: "result", payload: body });
    return;
  }
  const message = `Exceeded maximum allowed payload size (${RESPONSE_SIZE_MAX} bytes).`;
  refuse(response, 413, "RequestEntityTooLarge", message);
  const payload = errorPayload(responseTooLarge(RESPONSE_SIZE_MAX));
  listener.answer({ kind: "error", payload });
}

async function readStream(
  request: IncomingMessage,
  response: ServerResponse,
  listener: RuntimeListener,
): Promise<void> {
  listener.stream(request.headers["content-type"] ?? "application/octet-stream");
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > STREAM_SIZE_MAX) {
      throw new Error(`a streamed response is over ${STREAM_SIZE_MAX} bytes`);
    }
    listener.chunk(chunk);
  }
  accept(response);
  const errorType = request.trailers["lambda-runtime-function-error-type"];
  if (errorType === undefined) {
    listener.answer({ kind: "streamed", payload: Buffer.alloc(0) });
    return;
  }
  const body = request.trailers["lambda-runtime-function-error-body"];
  const payload =
    body === undefined
      ? errorPayload({ errorType, errorMessage: "" })
      : Buffer.from(body, "base64");
  listener.answer({ kind: "error", payload });
}
