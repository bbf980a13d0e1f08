/**
 * The listening socket. One port takes HTTP/1.1, cleartext HTTP/2 with prior knowledge (the
 * JavaScript Kinesis client speaks nothing else) and, when a certificate is given, TLS with either;
 * the first bytes of a connection tell them apart.
 */
import http, { type ServerResponse } from "node:http";
import type { Http2SecureServer } from "node:http2";
import net from "node:net";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Random } from "../platform/random.ts";
import type { HttpResponse } from "../wire/http.ts";
import { Exchange, type ServerReply, type ServerRequest, writeResponse } from "./exchange.ts";
import type { Answer } from "./handlers.ts";

export interface ServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly answer: Answer;
}

export interface Server {
  readonly port: number;
  /** Takes no new requests, waits for those under way for `graceMs`, then cuts them off. */
  close(graceMs: number): Promise<void>;
}

/** The first bytes of the HTTP/2 connection preface: `PRI * HTTP/2.0`. */
const HTTP2_PREFACE_START = "PRI ";
const TLS_HANDSHAKE = 0x16;
const HEADER_SIZE_MAX = 64 * 1024;
/** Longer than the 60 s that load balancers and SDK agents keep idle connections. */
const KEEP_ALIVE_MS = 75_000;
/** Function invocations and uploads may take long; a request that never ends does not. */
const REQUEST_TIMEOUT_MS = 20 * 60_000;
/** While the server closes: how often connections that have become idle are let go. */
const IDLE_CHECK_MS = 10;

export async function listen(options: ServerOptions): Promise<Server> {
  const onRequest = requestListener(options);
  const plain = http.createServer({ maxHeaderSize: HEADER_SIZE_MAX }, onRequest);
  plain.keepAliveTimeout = KEEP_ALIVE_MS;
  plain.headersTimeout = KEEP_ALIVE_MS + 1_000;
  plain.requestTimeout = REQUEST_TIMEOUT_MS;
  plain.on("clientError", refuseBadRequest);
  // It is handed its connections and never listens: without this it would not track them, and
  // neither its time limits nor `closeIdleConnections` would have any effect.
  plain.emit("listening");
  let cleartext2: net.Server | undefined;
  const secure = options.tls && secureServer(options.tls, onRequest);

  const sockets = new Set<net.Socket>();
  const listener = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.once("data", (chunk: Buffer) => {
      socket.pause();
      socket.unshift(chunk);
      const server = serverFor(chunk);
      server?.emit("connection", socket) ?? socket.destroy();
      // HTTP/2 and TLS read what was put back by themselves; flowing, it would be gone before.
      if (server === plain) {
        socket.resume();
      }
    });
  });

  const serverFor = (chunk: Buffer): net.Server | undefined => {
    if (chunk[0] === TLS_HANDSHAKE) {
      return secure as net.Server | undefined;
    }
    const isHttp2 = chunk.toString("latin1", 0, HTTP2_PREFACE_START.length) === HTTP2_PREFACE_START;
    if (!isHttp2) {
      return plain;
    }
    cleartext2 ??= http2().createServer({}, onRequest as never);
    return cleartext2;
  };

  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(options.port, options.host, resolve);
  });
  const address = listener.address() as net.AddressInfo;
  return {
    port: address.port,
    close: (graceMs) => closeAll(listener, plain, sockets, { clock: options.clock, graceMs }),
  };
}

/** Loaded by the first client that speaks it, since few do and every start would pay for it. */
function http2() {
  return process.getBuiltinModule("node:http2");
}

function requestListener(options: ServerOptions) {
  const send = createSender();
  return (request: ServerRequest, reply: ServerReply): void => {
    const exchange = new Exchange(request, options.random.uuid(), options.clock.nowMs());
    options.answer(exchange).then(
      (response) => {
        releaseWhenSent(exchange, reply, response);
        return response === undefined ? cut(reply) : send(reply, response);
      },
      (error: unknown) => {
        exchange.release();
        options.log.write("error", "a request could not be answered", { error: String(error) });
        cut(reply);
      },
    );
  };
}

/** Who streams an answer wants to know when its reader goes away. */
function releaseWhenSent(
  exchange: Exchange,
  reply: ServerReply,
  response: HttpResponse | undefined,
): void {
  if (response === undefined || response.body instanceof Uint8Array) {
    exchange.release();
  } else {
    (reply as ServerResponse).once("close", () => exchange.release());
  }
}

/**
 * Answers that become ready in one turn of the event loop are written at its end, one right after
 * the other. A write wakes the process that reads it, which is the dearest part of a small answer:
 * this way the writes after the first find their reader awake.
 */
function createSender(): (reply: ServerReply, response: HttpResponse) => void {
  let ready: { readonly reply: ServerReply; readonly response: HttpResponse }[] = [];
  const flush = (): void => {
    const batch = ready;
    ready = [];
    for (const { reply, response } of batch) {
      writeResponse(reply, response);
    }
  };
  return (reply, response) => {
    if (ready.push({ reply, response }) === 1) {
      setImmediate(flush);
    }
  };
}

function cut(reply: ServerReply): void {
  reply.req.socket?.destroy();
}

function secureServer(
  tls: { readonly key: string; readonly cert: string },
  onRequest: (request: ServerRequest, reply: ServerReply) => void,
): Http2SecureServer {
  return http2().createSecureServer({ ...tls, allowHTTP1: true }, onRequest as never);
}

/** What is not HTTP gets a short answer rather than silence. */
function refuseBadRequest(error: NodeJS.ErrnoException, socket: NodeJS.WritableStream): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    return;
  }
  const status =
    error.code === "HPE_HEADER_OVERFLOW"
      ? "431 Request Header Fields Too Large"
      : "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

async function closeAll(
  listener: net.Server,
  plain: http.Server,
  sockets: ReadonlySet<net.Socket>,
  options: { readonly clock: Clock; readonly graceMs: number },
): Promise<void> {
  const { clock, graceMs } = options;
  let isClosed = false;
  const closed = new Promise<void>((resolve) => listener.close(() => resolve())).then(() => {
    isClosed = true;
  });
  const endMs = clock.nowMs() + graceMs;
  while (!isClosed && clock.nowMs() < endMs) {
    plain.closeIdleConnections();
    await Promise.race([closed, clock.sleepUntil(clock.nowMs() + IDLE_CHECK_MS)]);
  }
  for (const socket of sockets) {
    socket.destroy();
  }
  plain.close();
  await closed;
}
