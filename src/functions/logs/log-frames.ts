/**
 * Log messages of AWS's runtime interface clients, each whole: they write frames to the descriptor that
 * `_LAMBDA_TELEMETRY_LOG_FD` names, so that a message of several lines is one event of the log.
 *
 * | bytes | what                                                                            |
 * |-------|---------------------------------------------------------------------------------|
 * | 4     | 0xa55a0001, or 0xa55a0003 when a time follows; other bits tell level and format |
 * | 4     | length of the message, big endian                                               |
 * | 8     | with a time only: microseconds since 1970                                       |
 * | n     | the message                                                                     |
 *
 * A named pipe, since some clients open the descriptor anew by its path under `/proc`, which a socket
 * does not allow.
 * Sources: the log sinks of the clients for Java, Ruby, .NET and Node.js in AWS's repositories.
 */
import { execFile } from "node:child_process";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import path from "node:path";

export interface LogFrames {
  /** What a process writes to. */
  readonly file: string;
  close(): void;
}

const HEADER_SIZE = 8;
const TIME_SIZE = 8;
const MAGIC_MASK = 0xffff_0001;
const MAGIC = 0xa55a_0001;
const HAS_TIME = 0b10;
/** A longer message is none: what writes there does not know of frames. */
const MESSAGE_SIZE_MAX = 6 * 1024 * 1024;
/** Others than its owner open it too: a program in a sandbox is somebody else. */
const MODE = "0666";

/** `undefined` where there are no named pipes: then clients log line by line. */
export async function openLogFrames(
  directory: string,
  onMessage: (text: string) => void,
): Promise<LogFrames | undefined> {
  const file = path.join(directory, "log-frames");
  // An environment whose start failed starts once more.
  rmSync(file, { force: true });
  const isMade = await new Promise<boolean>((resolve) => {
    execFile("mkfifo", ["-m", MODE, file], (error) => resolve(error === null));
  });
  if (!isMade) {
    return undefined;
  }
  // Open for writing too, it does not end before its first writer comes.
  const descriptor = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    const socket = new Socket({ fd: descriptor, readable: true, writable: false });
    const decode = logFrameDecoder(onMessage);
    socket.on("data", decode);
    socket.on("error", () => undefined);
    socket.unref();
    return { file, close: () => void socket.destroy() };
  } catch {
    closeSync(descriptor);
    return undefined;
  }
}

/** Cuts what comes into messages; what is no frame is told as it came. */
export function logFrameDecoder(onMessage: (text: string) => void): (bytes: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  return (bytes) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    for (let size = frameSize(pending); size !== undefined; size = frameSize(pending)) {
      const frame = pending.subarray(0, size.whole);
      pending = pending.subarray(size.whole);
      onMessage(withNewline(frame.subarray(size.header).toString("utf8")));
    }
  };
}

/** `undefined` while the frame at the front is not whole. */
function frameSize(bytes: Buffer): { readonly header: number; readonly whole: number } | undefined {
  if (bytes.length < HEADER_SIZE) {
    return undefined;
  }
  const type = bytes.readUInt32BE(0);
  const length = bytes.readUInt32BE(4);
  if ((type & MAGIC_MASK) >>> 0 !== MAGIC || length > MESSAGE_SIZE_MAX) {
    return { header: 0, whole: bytes.length };
  }
  const header = HEADER_SIZE + ((type & HAS_TIME) === 0 ? 0 : TIME_SIZE);
  return bytes.length < header + length ? undefined : { header, whole: header + length };
}

function withNewline(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
