/**
 * Response streaming: `awslambda.streamifyResponse(handler)` and its response stream.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 */
import { Writable } from "node:stream";
import { FRAME } from "./frames.ts";
import { runtimeError } from "./node-errors.ts";
import type { Handler } from "./node-handler.ts";
import type { HostLink } from "./node-host-link.ts";

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const DEFAULT_CONTENT_TYPE = "application/octet-stream";
const PRELUDE_CONTENT_TYPE = "application/vnd.awslambda.http-integration-response";
/** Stand between the prelude and the body. */
const DELIMITER = new Uint8Array(8);

export class ResponseStream extends Writable {
  /** On AWS this name is part of the stream, and libraries set it. */
  _onBeforeFirstWrite: ((write: (chunk: string | Uint8Array) => void) => void) | undefined;
  readonly #link: HostLink;
  #contentType = DEFAULT_CONTENT_TYPE;
  #started = false;

  constructor(link: HostLink) {
    super({ decodeStrings: true });
    this.#link = link;
  }

  setContentType(contentType: string): void {
    if (this.#started) {
      throw runtimeError("InvalidStreamingOperation", "Cannot set content-type, too late.");
    }
    this.#contentType = contentType;
  }

  /** Values that are neither text nor bytes are written as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: the signature of Writable.
  override write(chunk: any, ...rest: any[]): boolean {
    const plain = typeof chunk === "string" || chunk instanceof Uint8Array;
    const [encoding, callback] = rest;
    return super.write(plain ? chunk : JSON.stringify(chunk), encoding, callback);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#start(true);
    this.#link.send(FRAME.chunk, chunk);
    done();
  }

  override _final(done: () => void): void {
    this.#start(false);
    done();
  }

  #start(withPrelude: boolean): void {
    if (this.#started) {
      return;
    }
    this.#started = true;
    this.#link.send(FRAME.stream, Buffer.from(this.#contentType));
    if (withPrelude) {
      this._onBeforeFirstWrite?.((chunk) => {
        this.#link.send(FRAME.chunk, Buffer.from(chunk));
      });
    }
  }
}

/** The global `awslambda` of the managed runtime. */
export const awslambda = {
  streamifyResponse(handler: Handler): Handler {
    return Object.assign(handler, { [STREAMING]: "response" });
  },
  HttpResponseStream: {
    from(stream: ResponseStream, prelude: unknown): ResponseStream {
      stream.setContentType(PRELUDE_CONTENT_TYPE);
      stream._onBeforeFirstWrite = (write) => {
        write(JSON.stringify(prelude));
        write(DELIMITER);
      };
      return stream;
    },
  },
};

export function isStreaming(handler: Handler): boolean {
  const mode: unknown = Reflect.get(handler, STREAMING);
  if (mode === undefined || mode === null || mode === false) {
    return false;
  }
  if (mode !== "response") {
    throw runtimeError("MalformedStreamingHandler", "Only response streaming is supported.");
  }
  return true;
}
