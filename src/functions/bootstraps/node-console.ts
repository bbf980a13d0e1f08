/**
 * The console as the managed runtime has it: each call is one log message, in Lambda's text form
 * `time TAB request id TAB level TAB message` or as a JSON object, filtered by level.
 *
 * What is written to standard output and standard error by other means goes to the host over the
 * same channel, so that the log keeps the order in which the code wrote.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
import { format } from "node:util";
import { FRAME } from "./frames.ts";
import { intoError, toLogText } from "./node-errors.ts";
import type { HostLink } from "./node-host-link.ts";

const PRIORITY = { TRACE: 1, DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5, FATAL: 6 } as const;
type Level = keyof typeof PRIORITY;

export interface FunctionLog {
  /** Messages carry the id of the invocation that runs; before the first it is `undefined`. */
  requestId: string | undefined;
  error(title: string, error: unknown): void;
  /** A fault of the way the runtime is used. */
  write(level: Level, ...values: unknown[]): void;
}

export function patchConsole(
  link: HostLink,
  options: { readonly format: string | undefined; readonly level: string | undefined },
): FunctionLog {
  const json = options.format?.toUpperCase() === "JSON";
  const formatted = json ? jsonLine : textLine;
  const floor = PRIORITY[options.level?.toUpperCase() as Level] ?? PRIORITY.TRACE;
  const log: FunctionLog = {
    requestId: undefined,
    write(level, ...values) {
      link.send(FRAME.log, Buffer.from(formatted(log.requestId, level, values)));
    },
    error(title, error) {
      const values = json ? [intoError(error)] : [title, toLogText(intoError(error))];
      log.write("ERROR", ...values);
    },
  };
  const at = (level: Level) =>
    PRIORITY[level] >= floor
      ? (...values: unknown[]) => log.write(level, ...values)
      : () => undefined;
  const info = at("INFO");
  Object.assign(console, {
    trace: at("TRACE"),
    debug: at("DEBUG"),
    info,
    log: info,
    warn: at("WARN"),
    error: at("ERROR"),
    fatal: (...values: unknown[]) => log.write("FATAL", ...values),
  });
  return log;
}

export function redirectOutput(link: HostLink): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = (
      chunk: string | Uint8Array,
      encoding?: BufferEncoding | (() => void),
      done?: () => void,
    ): boolean => {
      const isText = typeof chunk === "string";
      const textEncoding = typeof encoding === "string" ? encoding : "utf8";
      link.send(FRAME.output, isText ? Buffer.from(chunk, textEncoding) : chunk);
      const callback = typeof encoding === "function" ? encoding : done;
      if (callback) {
        process.nextTick(callback);
      }
      return true;
    };
    Object.defineProperty(stream, "write", { value: write, writable: true, configurable: true });
  }
}

function textLine(requestId: string | undefined, level: Level, values: unknown[]): string {
  return `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...values)}\n`;
}

function jsonLine(requestId: string | undefined, level: Level, values: unknown[]): string {
  const line = { timestamp: new Date().toISOString(), level, requestId };
  if (values.length === 1) {
    const [message] = values;
    try {
      return `${JSON.stringify({ ...line, message }, describedErrors)}\n`;
    } catch {
      return `${JSON.stringify({ ...line, message: format(message) })}\n`;
    }
  }
  const message = format(...values);
  const error = values.find((value) => value instanceof Error);
  return `${JSON.stringify({ ...line, message, ...(error ? describe(error) : {}) })}\n`;
}

function describedErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { ...describe(value), ...value } : value;
}

function describe(error: Error): object {
  return {
    errorType: error.constructor.name,
    errorMessage: error.message,
    stackTrace: error.stack?.split("\n") ?? [],
  };
}
