/**
 * One invocation of a handler: its context, its ways to answer, and the end of it.
 *
 * A handler answers by returning a promise, by calling back, or through the context; the first
 * answer counts. A callback waits until user code has nothing left to do, unless told otherwise; a
 * handler that ends without an answer has answered `null`.
 */
import type { InvokeMessage } from "./frames.ts";
import type { FunctionLog } from "./node-console.ts";
import type { Handler } from "./node-handler.ts";
import type { HostLink } from "./node-host-link.ts";
import { ResponseStream } from "./node-streaming.ts";

export interface Outcome {
  result(value: unknown): void;
  fail(error: unknown): void;
  streamed(): void;
}

/** Set while an invocation waits for user code to have nothing left to do. */
export interface IdleListener {
  whenIdle: (() => void) | undefined;
}

interface Environment {
  readonly log: FunctionLog;
  readonly idle: IdleListener;
  readonly outcome: Outcome;
}

export function invokeHandler(
  handler: Handler,
  message: InvokeMessage,
  payload: Buffer,
  environment: Environment,
): void {
  const { idle, outcome } = environment;
  let answered = false;
  let waits = true;
  const once =
    <T extends unknown[]>(answer: (...values: T) => void) =>
    (...values: T): void => {
      if (!answered) {
        answer(...values);
        answered = true;
      }
    };
  const done = (error: unknown, result?: unknown): void => {
    idle.whenIdle = undefined;
    if (error === undefined || error === null) {
      outcome.result(result);
    } else {
      outcome.fail(error);
    }
  };
  const callback = (error: unknown, result: unknown): void => {
    if (waits && (error === undefined || error === null)) {
      idle.whenIdle = () => done(null, result);
    } else {
      done(error, result);
    }
  };
  const succeed = once((result: unknown) => done(null, result));
  const fail = once((error: unknown) => done(error ?? "handled", null));
  const context = {
    get callbackWaitsForEmptyEventLoop(): boolean {
      return waits;
    },
    set callbackWaitsForEmptyEventLoop(value: boolean) {
      waits = value;
    },
    succeed,
    fail,
    done: once(done),
  };
  idle.whenIdle = () => {
    answered = true;
    done(null, null);
  };
  const failUncaught = once(callback);
  try {
    const result = handler(parseEvent(payload), describe(context, message), once(callback));
    if (isPromise(result)) {
      result.then(succeed, fail).then(undefined, fail);
    }
  } catch (error) {
    failUncaught(error, undefined);
  }
}

export function invokeStreamingHandler(
  handler: Handler,
  message: InvokeMessage,
  payload: Buffer,
  environment: Environment & { readonly link: HostLink },
): void {
  const { idle, log, outcome } = environment;
  const stream = new ResponseStream(environment.link);
  let ended = false;
  const end = (finish: () => void): void => {
    if (!ended) {
      ended = true;
      idle.whenIdle = undefined;
      finish();
    }
  };
  const fail = (error: unknown): void => end(() => outcome.fail(error));
  idle.whenIdle = () => fail("Response stream is not finished.");
  stream.on("error", fail);
  const run = async (): Promise<void> => {
    const context = describe({ callbackWaitsForEmptyEventLoop: true }, message);
    const returned = handler(parseEvent(payload), stream, context);
    if (!isPromise(returned)) {
      fail("Streaming does not support non-async handlers.");
      return;
    }
    if ((await returned) !== undefined) {
      log.write("WARN", "Streaming handlers ignore return values.");
    }
    if (!stream.writableFinished) {
      await new Promise((resolve) => stream.once("finish", resolve));
    }
    end(() => outcome.streamed());
  };
  run().then(undefined, fail);
}

function describe<T extends object>(context: T, message: InvokeMessage): T {
  const { env } = process;
  if (message.trace === undefined) {
    delete env["_X_AMZN_TRACE_ID"];
  } else {
    env["_X_AMZN_TRACE_ID"] = message.trace;
  }
  const deadlineMs = Date.now() + message.timeoutMs;
  return Object.assign(context, {
    functionVersion: env["AWS_LAMBDA_FUNCTION_VERSION"],
    functionName: env["AWS_LAMBDA_FUNCTION_NAME"],
    memoryLimitInMB: env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    logGroupName: env["AWS_LAMBDA_LOG_GROUP_NAME"],
    logStreamName: env["AWS_LAMBDA_LOG_STREAM_NAME"],
    clientContext: parseOptional(message.clientContext, "ClientContext"),
    identity: parseOptional(message.cognitoIdentity, "CognitoIdentity"),
    invokedFunctionArn: message.invokedArn,
    awsRequestId: message.requestId,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  });
}

function parseEvent(payload: Buffer): unknown {
  return JSON.parse(payload.toString("utf8"));
}

function parseOptional(text: string | undefined, name: string): unknown {
  if (text === undefined) {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`Cannot parse ${name} as json: ${error}`);
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}
