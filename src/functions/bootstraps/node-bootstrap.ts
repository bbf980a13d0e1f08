/**
 * Runs a Node.js function: started as a generic process, told later which function to be.
 *
 * Invariants: one invocation at a time; every invocation ends in exactly one RESULT, ERROR, FATAL or
 * STREAM_END frame, or with the end of the process; nothing of the function is loaded before START.
 */
import { openSync, readSync } from "node:fs";
import { FRAME, type InvokeMessage, RESPONSE_SIZE_MAX, type StartMessage } from "./frames.ts";
import { type FunctionLog, patchConsole, redirectOutput } from "./node-console.ts";
import { toFault, unhandledRejection } from "./node-errors.ts";
import { type Handler, loadHandler } from "./node-handler.ts";
import { openHostLink } from "./node-host-link.ts";
import {
  type IdleListener,
  invokeHandler,
  invokeStreamingHandler,
  type Outcome,
} from "./node-invocation.ts";
import {
  configureLegacySdk,
  importSdkFrom,
  keepCompiledCode,
  measureImports,
  rereadNodePath,
  warmUpImports,
} from "./node-modules.ts";
import { routeResponses, routeResponsesOf } from "./node-responses.ts";
import { awslambda, isStreaming } from "./node-streaming.ts";

/** The exit statuses of the managed runtime. */
const EXIT_UNHANDLED_REJECTION = 128;
const EXIT_UNCAUGHT_EXCEPTION = 129;

const exit: (status: number) => never = process.exit.bind(process);
const link = openHostLink(receive);
const idle: IdleListener = { whenIdle: undefined };
const peakMemory = peakMemoryReader();
let log: FunctionLog;
let invoke: ((message: InvokeMessage, payload: Buffer) => void) | undefined;

redirectOutput(link);
if (!process.env["LAMBDA_TASK_ROOT"]) {
  // A generic process: its function is not known yet.
  warmUpImports();
}

function receive(type: number, body: Buffer): void {
  if (type === FRAME.start) {
    start(JSON.parse(body.toString("utf8"))).then(undefined, failStart);
    return;
  }
  const headerEnd = 4 + body.readUInt32BE(0);
  const message: InvokeMessage = JSON.parse(body.toString("utf8", 4, headerEnd));
  link.release();
  log.requestId = message.requestId;
  const event = body.subarray(headerEnd);
  routeResponsesOf(event);
  invoke?.(message, event);
}

async function start(message: StartMessage): Promise<void> {
  const startedMs = performance.now();
  become(message);
  log = patchConsole(link, {
    format: process.env["AWS_LAMBDA_LOG_FORMAT"],
    level: process.env["AWS_LAMBDA_LOG_LEVEL"],
  });
  process.on("uncaughtException", (error) => {
    crash("Uncaught Exception", error, EXIT_UNCAUGHT_EXCEPTION);
  });
  process.on("unhandledRejection", (reason, promise) => {
    const error = unhandledRejection(reason, promise);
    crash("Unhandled Promise Rejection", error, EXIT_UNHANDLED_REJECTION);
  });
  process.on("beforeExit", () => {
    // Held first: what the listener does may leave nothing that keeps the process alive.
    link.hold();
    idle.whenIdle?.();
  });
  if (!/^(1|true)$/.test(process.env["AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA"] ?? "")) {
    Reflect.set(globalThis, "awslambda", awslambda);
  }
  const { sdkDirectory, taskRoot } = message;
  const loadingMs = performance.now();
  const imports = measureImports();
  const handler = await loadHandler({
    ...message,
    beforeImport: () => {
      if (sdkDirectory) {
        importSdkFrom(sdkDirectory, taskRoot);
      }
    },
  });
  invoke = invokerOf(handler);
  const loadMs = performance.now() - loadingMs;
  const importsMs = Math.min(loadMs, imports.stop());
  const phases = { bootstrapMs: loadingMs - startedMs, importsMs, codeMs: loadMs - importsMs };
  link.send(FRAME.ready, Buffer.from(JSON.stringify(phases)));
}

function become(message: StartMessage): void {
  if (message.environment) {
    for (const name of Object.keys(process.env)) {
      delete process.env[name];
    }
    Object.assign(process.env, message.environment);
  }
  process.chdir(message.taskRoot);
  if (process.env["NODE_OPTIONS"] === "--enable-source-maps") {
    process.setSourceMapsEnabled(true);
  }
  rereadNodePath();
  keepCompiledCode(message.cacheDirectory);
  const endpoint = process.env["AWS_ENDPOINT_URL"];
  if (endpoint) {
    configureLegacySdk(endpoint);
    routeResponses(endpoint);
  }
}

function invokerOf(handler: Handler): (message: InvokeMessage, payload: Buffer) => void {
  const environment = { link, log, idle, outcome };
  return isStreaming(handler)
    ? (message, payload) => invokeStreamingHandler(handler, message, payload, environment)
    : (message, payload) => invokeHandler(handler, message, payload, environment);
}

const outcome: Outcome = {
  result(value) {
    const body = Buffer.from(stringify(value));
    if (body.length > RESPONSE_SIZE_MAX) {
      end(FRAME.error, responseTooLarge());
    } else {
      end(FRAME.result, body);
    }
  },
  fail(error) {
    log.error("Invoke Error", error);
    end(FRAME.error, Buffer.from(JSON.stringify(toFault(error))));
  },
  streamed() {
    end(FRAME.streamEnd);
  },
};

function end(type: number, ...body: readonly Uint8Array[]): void {
  link.hold();
  link.send(type, peakMemory(), ...body);
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    throw new Error("Unable to stringify response body");
  }
}

function responseTooLarge(): Buffer {
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${RESPONSE_SIZE_MAX} bytes).`;
  return Buffer.from(JSON.stringify({ errorType: "Function.ResponseSizeTooLarge", errorMessage }));
}

function failStart(error: unknown): void {
  crash("Uncaught Exception", error, EXIT_UNCAUGHT_EXCEPTION);
}

/** The process is of no use after this: AWS starts another one too. */
function crash(title: string, error: unknown, status: number): never {
  log.error(title, error);
  const fault = Buffer.from(JSON.stringify(toFault(error)));
  if (invoke) {
    link.send(FRAME.fatal, peakMemory(), fault);
  } else {
    link.send(FRAME.initError, fault);
  }
  exit(status);
}

/** The peak of the resident set in KiB, as four bytes; on Linux the figure the kernel keeps. */
function peakMemoryReader(): () => Buffer {
  const peak = Buffer.allocUnsafe(4);
  if (process.platform !== "linux") {
    return () => {
      peak.writeUInt32BE(process.resourceUsage().maxRSS);
      return peak;
    };
  }
  const read = readSync;
  const status = openSync("/proc/self/status", "r");
  const text = Buffer.allocUnsafe(4096);
  return () => {
    const size = read(status, text, 0, text.length, 0);
    const start = text.indexOf("VmHWM:", 0, "latin1");
    const kib = start === -1 ? 0 : Number.parseInt(text.toString("latin1", start + 6, size), 10);
    peak.writeUInt32BE(kib);
    return peak;
  };
}
