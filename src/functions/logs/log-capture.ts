/**
 * Collects what one environment writes, cuts it into log lines, and hands them on in order.
 *
 * Lines wait for their receiver until the invocation ends or `flush` is called, so that a short
 * invocation costs one call of it. The end of the current invocation's log is kept for its tail.
 */
import type { LogLine } from "../function-host.ts";

/** The part of the log that an invocation gives back, in bytes. */
const TAIL_SIZE_MAX = 4096;
/** CloudWatch Logs takes no longer event; longer lines go in several, in bytes. */
const LINE_SIZE_MAX = 262_144;
const NEWLINE = 0x0a;

export interface LogCapture {
  tap: LogTap | undefined;
  /** One message of the platform, which may have several lines. */
  message(text: string): void;
  /** One message of the function. */
  functionMessage(text: string): void;
  /** For the tail of this invocation alone: the log gets it later. */
  tailOnly(text: string): void;
  /** Raw output of one source: what follows its last newline waits for the rest of the line. */
  output(source: OutputSource, bytes: Buffer): void;
  /** Ends the lines that have no newline yet. */
  endLines(): void;
  /** Starts the tail anew; the lines that follow are of this trace. */
  startInvocation(trace: string | undefined): void;
  /** The log since `startInvocation`, or its last 4 KiB, put together when it is asked for. */
  takeTail(): () => string;
  flush(): void;
}

/** The runtime's, or those of an extension by its name. */
export type OutputSource = "channel" | "stdout" | "stderr" | `${string}/${"stdout" | "stderr"}`;

/** Sees what the function and its extensions write, line by line. */
export type LogTap = (kind: "function" | "extension", text: string) => void;

export interface LogCaptureOptions {
  readonly nowMs: () => number;
  /** Called when the first line starts to wait. */
  readonly onWaiting: () => void;
  readonly deliver: (lines: readonly LogLine[]) => void;
}

export function createLogCapture(options: LogCaptureOptions): LogCapture {
  const partial = new Map<OutputSource, Buffer>();
  let waiting: LogLine[] = [];
  let currentTrace: string | undefined;
  let recent: string[] = [];
  let recentSize = 0;

  const message = (text: string): void => {
    waiting.push({ timestampMs: options.nowMs(), message: text, trace: currentTrace });
    if (waiting.length === 1) {
      options.onWaiting();
    }
    tailOnly(text);
  };
  const tailOnly = (text: string): void => {
    recent.push(text);
    recentSize += text.length;
    while (recentSize - (recent[0]?.length ?? 0) >= TAIL_SIZE_MAX) {
      recentSize -= recent.shift()?.length ?? 0;
    }
  };

  const written = (source: OutputSource, text: string): void => {
    capture.tap?.(source.includes("/") ? "extension" : "function", text);
    message(text);
  };

  const capture: LogCapture = {
    tap: undefined,
    message,
    tailOnly,
    functionMessage: (text) => written("channel", text),
    output(source, bytes) {
      const before = partial.get(source);
      const text = before ? Buffer.concat([before, bytes]) : bytes;
      const rest = cutLines(text, (line) => written(source, line.toString("utf8")));
      if (rest.length > 0) {
        partial.set(source, Buffer.from(rest));
      } else if (before) {
        partial.delete(source);
      }
    },
    endLines() {
      for (const [source, bytes] of partial) {
        partial.delete(source);
        written(source, `${bytes.toString("utf8")}\n`);
      }
    },
    startInvocation(trace) {
      currentTrace = trace;
      recent = [];
      recentSize = 0;
    },
    takeTail() {
      const lines = recent;
      recent = [];
      recentSize = 0;
      return () => lastBytes(lines.join(""), TAIL_SIZE_MAX);
    },
    flush() {
      if (waiting.length > 0) {
        const lines = waiting;
        waiting = [];
        options.deliver(lines);
      }
    },
  };
  return capture;
}

/** Calls back with every whole line, its newline included; gives what is left. */
function cutLines(bytes: Buffer, receive: (line: Buffer) => void): Buffer {
  let at = 0;
  while (at < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline === -1 ? bytes.length : newline + 1;
    if (end - at > LINE_SIZE_MAX) {
      receive(bytes.subarray(at, at + LINE_SIZE_MAX));
      at += LINE_SIZE_MAX;
    } else if (newline === -1) {
      break;
    } else {
      receive(bytes.subarray(at, end));
      at = end;
    }
  }
  return bytes.subarray(at);
}

/** The end of a text, at most `size` bytes of UTF-8, not cut inside a character. */
function lastBytes(text: string, size: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= size) {
    return text;
  }
  let at = bytes.length - size;
  while (((bytes[at] ?? 0) & 0xc0) === 0x80) {
    at += 1;
  }
  return bytes.toString("utf8", at);
}
