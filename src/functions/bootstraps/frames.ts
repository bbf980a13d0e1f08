/**
 * What the host and Millrace's own bootstraps say to each other, over two inherited sockets:
 * descriptor 3 carries frames to the process, descriptor 4 carries frames from it.
 *
 * | bytes | what                                            |
 * |-------|-------------------------------------------------|
 * | 4     | length of what follows, big endian              |
 * | 1     | type                                            |
 * | n     | body                                            |
 *
 * | type        | direction | body                                                            |
 * |-------------|-----------|-----------------------------------------------------------------|
 * | START       | to        | JSON `StartMessage`: become this function                       |
 * | INVOKE      | to        | 4 bytes length of a JSON `InvokeMessage`, it, the payload       |
 * | RESTORE     | to        | empty: a snapshot was restored                                  |
 * | READY       | from      | the handler is loaded: JSON of `RuntimePhases`, what took long; |
 * |             |           | after RESTORE empty                                             |
 * | SNAPSHOT    | from      | as READY, of a function that waits for RESTORE                  |
 * | INIT_ERROR  | from      | JSON error: the handler could not be loaded, or a hook before   |
 * |             |           | the snapshot or after RESTORE failed; the process exits         |
 * | RESULT      | from      | 4 bytes peak memory in KiB, the result                          |
 * | ERROR       | from      | 4 bytes peak memory in KiB, JSON error                          |
 * | FATAL       | from      | as ERROR; the process exits                                     |
 * | LOG         | from      | one log message, its final newline included                     |
 * | OUTPUT      | from      | raw bytes written to standard output or standard error          |
 * | STREAM      | from      | content type: the response will be streamed                     |
 * | CHUNK       | from      | bytes of the streamed response                                  |
 * | STREAM_END  | from      | 4 bytes peak memory in KiB                                      |
 *
 * Why not the Runtime API: a frame costs one write and one read, HTTP a hundred times that.
 */
export const FRAME = {
  start: 1,
  invoke: 2,
  restore: 3,
  ready: 16,
  initError: 17,
  result: 18,
  error: 19,
  fatal: 20,
  log: 21,
  output: 22,
  stream: 23,
  chunk: 24,
  streamEnd: 25,
  snapshot: 26,
} as const;

export interface StartMessage {
  /** Absent when the process was started with the function's environment variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the code lies: the working directory, and `LAMBDA_TASK_ROOT`. */
  readonly taskRoot: string;
  readonly handler: string;
  /** `nodejs20.x`. */
  readonly runtime: string;
  /** Holds a `node_modules` with the AWS SDK, for code that does not bring its own. */
  readonly sdkDirectory: string | undefined;
  /** Where interpreters keep compiled code. */
  readonly cacheDirectory: string;
}

export interface InvokeMessage {
  readonly requestId: string;
  readonly invokedArn: string;
  /** Milliseconds left. The process has a clock of its own, so no point in time is sent. */
  readonly timeoutMs: number;
  readonly trace?: string | undefined;
  readonly clientContext?: string | undefined;
  readonly cognitoIdentity?: string | undefined;
}

export const HEADER_SIZE = 5;

/** AWS's limit of a buffered response, in bytes. */
export const RESPONSE_SIZE_MAX = 6_291_556;

/** Larger frames are a bug of a bootstrap, and end its process. */
export const FRAME_SIZE_MAX: number = 64 * 1024 * 1024;

export function encodeFrame(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const frame = Buffer.allocUnsafe(HEADER_SIZE + size);
  frame.writeUInt32BE(size + 1, 0);
  frame[4] = type;
  let at = HEADER_SIZE;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}

export type FrameReceiver = (type: number, body: Buffer) => void;

/**
 * Cuts a stream of chunks into frames. A body is a view of the chunk when it came whole, so a
 * receiver copies what it keeps. Throws when a frame is larger than `FRAME_SIZE_MAX`.
 */
export function createFrameDecoder(receive: FrameReceiver): (chunk: Buffer) => void {
  let pending: Buffer[] = [];
  let pendingSize = 0;
  let wanted = HEADER_SIZE;

  const take = (bytes: Buffer): Buffer => {
    let at = 0;
    while (bytes.length - at >= HEADER_SIZE) {
      const end = at + 4 + bytes.readUInt32BE(at);
      if (end - at > FRAME_SIZE_MAX) {
        throw new Error(`a frame of ${end - at} bytes is over ${FRAME_SIZE_MAX}`);
      }
      if (end > bytes.length) {
        wanted = end - at;
        return bytes.subarray(at);
      }
      receive(bytes[at + 4] ?? 0, bytes.subarray(at + HEADER_SIZE, end));
      at = end;
    }
    wanted = HEADER_SIZE;
    return bytes.subarray(at);
  };

  return (chunk) => {
    if (pendingSize > 0) {
      pending.push(chunk);
      pendingSize += chunk.length;
      if (pendingSize < wanted) {
        return;
      }
    }
    const rest = take(pendingSize > 0 ? Buffer.concat(pending) : chunk);
    pending = rest.length > 0 ? [rest] : [];
    pendingSize = rest.length;
  };
}
