/** One request and its answer, free of whether HTTP/1.1 or HTTP/2 carried them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { ByteStream } from "../base/byte-stream.ts";
import { latin1Decode } from "../base/bytes.ts";
import { AwsError } from "../wire/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../wire/http.ts";

export type ServerRequest = IncomingMessage | Http2ServerRequest;
export type ServerReply = ServerResponse | Http2ServerResponse;

/**
 * The largest body that is held in memory, in bytes. Lambda takes packages of 50 MB as base64
 * inside JSON; bodies of S3 objects are streamed and have no such bound.
 */
export const BODY_SIZE_MAX: number = 96 * 1024 * 1024;

/**
 * Up to this size, in bytes, a body goes out as text: Node.js writes head and a text at once, but
 * head and bytes as two pieces, which costs a fifth of a small answer.
 */
const ONE_WRITE_SIZE_MAX = 64 * 1024;

const EMPTY = new Uint8Array(0);

/** One reason for all: making one anew for each request that is abandoned costs a stack trace. */
const CALLER_GONE = "the caller has gone away";

export class Exchange {
  readonly request: ServerRequest;
  readonly requestId: string;
  readonly nowMs: number;
  /** The request without its body, which `readBody` or `bodyStream` gives. */
  readonly head: HttpRequest;
  #controller: AbortController | undefined;
  readonly #onGone = (): void => this.#controller?.abort(CALLER_GONE);

  constructor(request: ServerRequest, requestId: string, nowMs: number) {
    this.request = request;
    this.requestId = requestId;
    this.nowMs = nowMs;
    this.head = headOf(request);
  }

  /** Whether it came by TLS. */
  get isSecure(): boolean {
    return (this.request.socket as { readonly encrypted?: boolean } | null)?.encrypted === true;
  }

  /** Fires when the caller has gone away before it was answered to the end. */
  get abort(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      this.request.socket?.on("close", this.#onGone);
      this.request.on("aborted", this.#onGone);
    }
    return this.#controller.signal;
  }

  /**
   * To be called once answered, a stream to its end: the connection outlives the request. What
   * nobody has read of it is read away, since the caller may write all of it before it listens.
   */
  release(): void {
    if (!this.request.complete) {
      this.request.resume();
    }
    if (this.#controller !== undefined) {
      this.request.socket?.off("close", this.#onGone);
      this.request.off("aborted", this.#onGone);
    }
  }

  /** The body as it comes. Given up early it leaves the connection alone, for the answer. */
  bodyStream(): ByteStream {
    const parts = this.request.iterator({ destroyOnReturn: false });
    const iterator: AsyncIterator<Uint8Array> = {
      next: () => parts.next().catch(brokenOff),
      return: () => parts.return?.() ?? Promise.resolve({ done: true, value: undefined }),
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  /** The body as sent, encodings and all. Throws the `AwsError` for one that is too large. */
  readBody(): Promise<Uint8Array> {
    const declared = this.head.headers["content-length"];
    if (declared === "0" || (declared === undefined && hasNoBody(this.head))) {
      return Promise.resolve(EMPTY);
    }
    if (Number(declared) > BODY_SIZE_MAX) {
      return Promise.reject(bodyTooLarge());
    }
    return collect(this.request);
  }
}

function hasNoBody(head: HttpRequest): boolean {
  return head.method === "GET" || head.method === "HEAD";
}

function collect(request: ServerRequest): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > BODY_SIZE_MAX) {
        request.removeAllListeners("data");
        request.resume();
        reject(bodyTooLarge());
        return;
      }
      chunks.push(chunk);
    });
    request.on("end", () => {
      const [first] = chunks;
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks));
    });
    request.on("error", () => reject(incompleteBody()));
    request.on("aborted", () => reject(incompleteBody()));
  });
}

function headOf(request: ServerRequest): HttpRequest {
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  return {
    method: request.method ?? "GET",
    path: mark === -1 ? url : url.slice(0, mark),
    query: mark === -1 ? "" : url.slice(mark + 1),
    headers: headersOf(request),
    body: EMPTY,
    sourceIp: request.socket?.remoteAddress?.replace(/^::ffff:/, "") ?? "127.0.0.1",
  };
}

/** Node joins repeated headers, but keeps the values of `set-cookie` apart: nobody sends it here. */
function headersOf(request: ServerRequest): Readonly<Record<string, string>> {
  const headers = request.headers as Record<string, string>;
  if (request.httpVersionMajor === 1) {
    return headers;
  }
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(":")) {
      plain[name] = String(value);
    }
  }
  plain["host"] ??= headers[":authority"] ?? "";
  return plain;
}

/** Writes an answer; a body that fails on its way ends the connection, since its head is gone. */
export function writeResponse(reply: ServerReply, response: HttpResponse): void {
  const headers: string[] = [];
  for (const [name, value] of response.headers) {
    headers.push(name, value);
  }
  if (response.body instanceof Uint8Array) {
    endWithBytes(reply as ServerResponse, response.status, headers, response.body);
    return;
  }
  (reply as ServerResponse).writeHead(response.status, headers);
  pump(reply as ServerResponse, response.body).catch(() => reply.destroy());
}

function endWithBytes(
  reply: ServerResponse,
  status: number,
  headers: string[],
  body: Uint8Array,
): void {
  const mayHaveBody = status !== 204 && status !== 304;
  const isDeclared = headers.some((name, index) => index % 2 === 0 && isContentLength(name));
  if (mayHaveBody && !isDeclared) {
    headers.push("content-length", String(body.length));
  }
  reply.writeHead(status, headers);
  if (!mayHaveBody || reply.req.method === "HEAD") {
    reply.end();
  } else if (body.length <= ONE_WRITE_SIZE_MAX) {
    reply.end(latin1Decode(body), "latin1");
  } else {
    reply.end(body);
  }
}

function isContentLength(name: string): boolean {
  return name.length === 14 && name.toLowerCase() === "content-length";
}

async function pump(reply: ServerResponse, body: ByteStream): Promise<void> {
  for await (const chunk of body) {
    if (reply.destroyed) {
      return;
    }
    if (!reply.write(chunk)) {
      await drained(reply);
    }
  }
  reply.end();
}

/** Resolves when more may be written, or never will be. */
function drained(reply: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      reply.off("drain", done);
      reply.off("close", done);
      resolve();
    };
    reply.on("drain", done);
    reply.on("close", done);
  });
}

function bodyTooLarge(): AwsError {
  return new AwsError({
    code: "RequestEntityTooLargeException",
    message: `Request must be smaller than ${BODY_SIZE_MAX} bytes.`,
    status: 413,
  });
}

function brokenOff(): never {
  throw incompleteBody();
}

function incompleteBody(): AwsError {
  return new AwsError({
    code: "IncompleteBody",
    message: "The request body terminated unexpectedly",
  });
}
