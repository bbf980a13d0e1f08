/**
 * The port to HTTP endpoints outside the engine: webhooks of topics, API destinations, tokens.
 *
 * Invariants: `request` never rejects, for what goes wrong is data; it follows no redirect and
 * tries nothing twice; it ends by its time limit on the Clock, and holds a bounded answer.
 */
import http from "node:http";
import https from "node:https";
import type { Clock } from "./clock.ts";

export interface HttpClientRequest {
  /** `http:` or `https:`; a user name and password in it become basic authentication. */
  readonly url: string;
  readonly method: string;
  /** As they are sent: `Host` and `Content-Length` are added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** From connecting to the last byte of the answer. */
  readonly timeoutMs: number;
  /** The answer's body beyond this is not read. */
  readonly bodyBytesMax?: number;
  readonly abort?: AbortSignal | undefined;
}

export interface HttpClientResponse {
  readonly kind: "response";
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** The `set-cookie` headers, each for itself: joined they could not be told apart. */
  readonly cookies: readonly string[];
  readonly body: Uint8Array;
  /** The body was longer than `bodyBytesMax`. */
  readonly isTruncated: boolean;
}

/**
 * | reason      | what happened                                                         |
 * |-------------|-----------------------------------------------------------------------|
 * | timeout     | no whole answer within `timeoutMs`                                    |
 * | connection  | no connection, a broken one, a certificate nobody trusts, no HTTP     |
 * | aborted     | the caller gave up                                                    |
 * | invalid-url | it cannot be asked at all                                             |
 */
export interface HttpClientFailure {
  readonly kind: "failure";
  readonly reason: "timeout" | "connection" | "aborted" | "invalid-url";
  /** For people: `connect ECONNREFUSED 127.0.0.1:80`. */
  readonly message: string;
}

export type HttpClientResult = HttpClientResponse | HttpClientFailure;

export interface HttpClient {
  request(request: HttpClientRequest): Promise<HttpClientResult>;
}

export interface SystemHttpClient extends HttpClient {
  /** Gives up what is under way and whatever is asked from now on: an engine stops. */
  close(): void;
}

export interface HttpClientOptions {
  readonly clock: Clock;
  /** Certificates, as PEM, that are trusted beside those of Node.js. */
  readonly trusted?: readonly string[];
}

const BODY_BYTES_MAX = 1024 * 1024;

export function createHttpClient(options: HttpClientOptions): SystemHttpClient {
  const open = new Set<AbortController>();
  let isClosed = false;
  return {
    async request(request) {
      const url = urlOf(request.url);
      if (url === undefined) {
        return failure("invalid-url", `Not an HTTP URL: ${request.url}`);
      }
      const controller = new AbortController();
      const abort = request.abort
        ? AbortSignal.any([request.abort, controller.signal])
        : controller.signal;
      if (isClosed) {
        controller.abort();
      }
      open.add(controller);
      const result = await exchange(options, { ...request, abort }, url);
      open.delete(controller);
      return result;
    },
    close() {
      isClosed = true;
      for (const controller of open) {
        controller.abort();
      }
    },
  };
}

function urlOf(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "http:" || url?.protocol === "https:" ? url : undefined;
}

function exchange(
  { clock, trusted }: HttpClientOptions,
  request: HttpClientRequest,
  url: URL,
): Promise<HttpClientResult> {
  return new Promise((resolve) => {
    const sleep = new AbortController();
    let isOver = false;
    const end = (result: HttpClientResult): void => {
      if (!isOver) {
        isOver = true;
        sleep.abort();
        request.abort?.removeEventListener("abort", onAbort);
        resolve(result);
        outgoing?.destroy();
      }
    };
    const onAbort = (): void => end(failure("aborted", "The request was given up."));
    const outgoing = begun(request, url, trusted, end);
    outgoing?.on("error", (error) => end(failure("connection", textOf(error))));
    if (outgoing === undefined || request.abort?.aborted === true) {
      onAbort();
      return;
    }
    request.abort?.addEventListener("abort", onAbort, { once: true });
    void clock.sleepUntil(clock.nowMs() + request.timeoutMs, sleep.signal).then(() => {
      end(failure("timeout", `No answer within ${request.timeoutMs} ms.`));
    });
    const bodyBytesMax = request.bodyBytesMax ?? BODY_BYTES_MAX;
    outgoing.on("response", (incoming) => collect(incoming, bodyBytesMax, end));
    outgoing.end(request.body);
  });
}

/** `undefined` when Node.js refuses what was given, a header with a line break for one. */
function begun(
  { method, headers, body }: HttpClientRequest,
  url: URL,
  trusted: readonly string[] | undefined,
  end: (result: HttpClientResult) => void,
): http.ClientRequest | undefined {
  // Every request has a connection of its own: one that is kept may be cut by the other side just
  // as it is used again, and would fail a delivery that nothing was wrong with.
  const settings = { method, headers: withLength(headers, body), agent: false };
  try {
    return url.protocol === "http:"
      ? http.request(url, settings)
      : https.request(url, { ...settings, ...(trusted && { ca: trustedBeside(trusted) }) });
  } catch (error) {
    end(failure("connection", textOf(error)));
    return undefined;
  }
}

function trustedBeside(trusted: readonly string[]): string[] {
  const { rootCertificates } = process.getBuiltinModule("node:tls");
  return [...rootCertificates, ...trusted];
}

function withLength(
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array | undefined,
): Record<string, string> {
  return body === undefined
    ? { ...headers }
    : { ...headers, "Content-Length": String(Buffer.byteLength(body)) };
}

function collect(
  incoming: http.IncomingMessage,
  bodyBytesMax: number,
  end: (result: HttpClientResult) => void,
): void {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const done = (): void => {
    end({
      kind: "response",
      status: incoming.statusCode ?? 0,
      headers: headersOf(incoming),
      cookies: incoming.headers["set-cookie"] ?? [],
      body: Buffer.concat(chunks).subarray(0, bodyBytesMax),
      isTruncated: sizeBytes > bodyBytesMax,
    });
  };
  incoming.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > bodyBytesMax) {
      done();
    }
  });
  incoming.on("end", done);
  incoming.on("error", (error) => end(failure("connection", textOf(error))));
}

function headersOf(incoming: http.IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
  );
}

function failure(reason: HttpClientFailure["reason"], message: string): HttpClientFailure {
  return { kind: "failure", reason, message };
}

/** Where several addresses were tried the message is empty, and the code says what there is. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}
