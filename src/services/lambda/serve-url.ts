/**
 * Requests to function URLs, answered by the functions behind them.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
import type { ByteStream } from "../../base/byte-stream.ts";
import { utf8Encode } from "../../base/bytes.ts";
import type { InvocationResult } from "../../functions/function-host.ts";
import { newTrace } from "../../outbox/lineage.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../../wire/http.ts";
import { identityOf } from "../../wire/identity.ts";
import { signatureProblem } from "../../wire/signed-request.ts";
import { type ChunkQueue, createChunkQueue } from "./chunk-queue.ts";
import type { FunctionUrl } from "./function-url.ts";
import { urlKey } from "./function-url.ts";
import { urlIds, urls } from "./keys.ts";
import { SYNC_PAYLOAD_BYTES_MAX } from "./limits.ts";
import { beginCall, type SyncPorts } from "./sync-invocation.ts";
import { isOpenToAll } from "./url-access.ts";
import { isPreflight, preflightHeaders, withCors } from "./url-cors.ts";
import { urlEvent } from "./url-event.ts";
import { bufferedResponse, PRELUDE_TYPE, splitPrelude, type UrlHead } from "./url-response.ts";

export interface UrlTarget {
  readonly urlId: string;
  /** Percent-encoded, behind whatever named the URL. */
  readonly path: string;
}

export type ServeUrl = (request: HttpRequest, target: UrlTarget) => Promise<HttpResponse>;

type Ports = SyncPorts & { readonly clock: Clock; readonly log: Log };

const EMPTY = new Uint8Array(0);

export function createServeUrl(ports: Ports): ServeUrl {
  return async (request, target) => {
    const found = await ports.store.read((tx) => {
      const owner = urlIds.get(tx, [target.urlId]);
      const url = owner && urls.get(tx, urlKey(owner));
      return url && { url, isOpen: url.auth !== "NONE" || isOpenToAll(tx, url) };
    });
    if (found === undefined) {
      return refusal(403, FORBIDDEN, ACCESS_DENIED);
    }
    const { url, isOpen } = found;
    const forbidden = refused(url, { request, isOpen });
    if (forbidden !== undefined) {
      return withRules(forbidden, url, request);
    }
    if (url.cors !== undefined && isPreflight(request)) {
      return { status: 200, headers: preflightHeaders(url.cors, request), body: EMPTY };
    }
    if (request.body.length > SYNC_PAYLOAD_BYTES_MAX) {
      const message = `Request must be smaller than ${SYNC_PAYLOAD_BYTES_MAX} bytes for the InvokeFunction operation`;
      return withRules(refusal(413, message, "RequestEntityTooLargeException"), url, request);
    }
    return withRules(await answer(ports, url, { request, path: target.path }), url, request);
  };
}

/** Source: https://github.com/brikis98/devops-book/pull/9 */
const FORBIDDEN =
  "Forbidden. For troubleshooting Function URL authorization issues, see: " +
  "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";
const ACCESS_DENIED = "AccessDeniedException";

/**
 * What a URL says of a request that its function's policy does not let through, and one that asks
 * for signatures of a request without one, or with one for something else. The signature itself is not verified: the engine knows no secrets, for it takes every
 * access key (`src/wire/identity.ts`).
 */
function refused(
  url: FunctionUrl,
  { request, isOpen }: { readonly request: HttpRequest; readonly isOpen: boolean },
): HttpResponse | undefined {
  if (url.cors !== undefined && isPreflight(request)) {
    return undefined;
  }
  if (url.auth !== "AWS_IAM") {
    return isOpen ? undefined : refusal(403, FORBIDDEN, ACCESS_DENIED);
  }
  const wanted = { signingName: "lambda", region: url.function.region };
  switch (signatureProblem(request, wanted)) {
    case undefined:
      return undefined;
    case "unsigned":
      return refusal(403, FORBIDDEN, ACCESS_DENIED);
    case "service":
      return refusal(
        403,
        "Credential should be scoped to correct service: 'lambda'.",
        "InvalidSignatureException",
      );
    case "region": {
      const { region } = identityOf(request);
      const message = `Credential should be scoped to a valid region, not '${region}'.`;
      return refusal(403, message, "InvalidSignatureException");
    }
  }
}

async function answer(
  ports: Ports,
  url: FunctionUrl,
  { request, path }: { readonly request: HttpRequest; readonly path: string },
): Promise<HttpResponse> {
  const requestId = ports.random.uuid();
  const nowMs = ports.clock.nowMs();
  const trace = request.headers["x-amzn-trace-id"] ?? newTrace(ports.random, nowMs);
  const event = urlEvent({ request, url, path, requestId, trace, nowMs });
  const stream = createChunkQueue();
  try {
    const call = await beginCall(ports, url.function, {
      requestId,
      payload: utf8Encode(JSON.stringify(event)),
      nowMs,
      trace,
      stream,
    });
    const result = call.result.finally(() => stream.end());
    const response =
      url.mode === "RESPONSE_STREAM"
        ? await streamed(stream, result)
        : await buffered(stream, result);
    const own = [
      ["x-amzn-requestid", requestId],
      ["x-amzn-trace-id", trace],
    ] as const;
    return { ...response, headers: [...response.headers, ...own] };
  } catch (error) {
    return failure(ports.log, url, error);
  }
}

/** The whole response of a handler, whether it streams or not. */
async function buffered(
  stream: ChunkQueue,
  running: Promise<InvocationResult>,
): Promise<HttpResponse> {
  const chunks: Uint8Array[] = [];
  const gathering = (async () => {
    for await (const chunk of stream.chunks()) {
      chunks.push(chunk);
    }
  })();
  const result = await running;
  await gathering;
  if (result.functionError !== undefined) {
    return badGateway();
  }
  if (stream.contentType() === undefined) {
    return bufferedResponse(result.payload) ?? badGateway();
  }
  const whole = Buffer.concat(chunks);
  if (stream.contentType() !== PRELUDE_TYPE) {
    return { ...plainHead(stream), body: whole };
  }
  const split = splitPrelude(whole);
  return split?.head === undefined ? badGateway() : { ...split.head, body: split.rest };
}

/** The response while it is written; its head waits for the prelude. */
async function streamed(
  stream: ChunkQueue,
  running: Promise<InvocationResult>,
): Promise<HttpResponse> {
  await Promise.race([stream.begun, running]);
  if (stream.contentType() === undefined) {
    const { functionError, payload } = await running;
    return functionError === undefined ? { ...plainHead(stream), body: payload } : badGateway();
  }
  const chunks = stream.chunks();
  if (stream.contentType() !== PRELUDE_TYPE) {
    return { ...plainHead(stream), body: rest(EMPTY, chunks, running) };
  }
  let start: Uint8Array = EMPTY;
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) {
      await running;
      return badGateway();
    }
    start = Buffer.concat([start, next.value]);
    const split = splitPrelude(start);
    if (split !== undefined) {
      return split.head === undefined
        ? badGateway()
        : { ...split.head, body: rest(split.rest, chunks, running) };
    }
  }
}

/** A function that fails when the head is out cuts the connection. */
async function* rest(
  start: Uint8Array,
  chunks: AsyncIterable<Uint8Array>,
  running: Promise<InvocationResult>,
): ByteStream {
  if (start.length > 0) {
    yield start;
  }
  yield* chunks;
  const { functionError } = await running;
  if (functionError !== undefined) {
    throw new Error("The function failed while it wrote its response.");
  }
}

function plainHead(stream: ChunkQueue): UrlHead {
  const type = stream.contentType() ?? "application/json";
  return { status: 200, headers: [["content-type", type]] };
}

function badGateway(): HttpResponse {
  return {
    status: 502,
    headers: [["content-type", "application/json"]],
    body: utf8Encode("Internal Server Error"),
  };
}

/** Clients learn of throttling; all else is in the engine's log. */
function failure(log: Log, url: FunctionUrl, error: unknown): HttpResponse {
  if (error instanceof AwsError && error.status === 429) {
    return refusal(429, error.message, error.code);
  }
  const message = error instanceof Error ? error.message : String(error);
  log.write("warn", "lambda: a function URL could not invoke its function", {
    function: url.function.name,
    message,
  });
  return badGateway();
}

function refusal(status: number, message: string, code: string): HttpResponse {
  return {
    status,
    headers: [
      ["content-type", "application/json"],
      ["x-amzn-errortype", code],
    ],
    body: utf8Encode(JSON.stringify({ Message: message })),
  };
}

function withRules(
  response: HttpResponse,
  url: FunctionUrl | undefined,
  request: HttpRequest,
): HttpResponse {
  return { ...response, headers: withCors(response.headers, url?.cors, request) };
}
