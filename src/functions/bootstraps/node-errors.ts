/**
 * Errors as the managed Node.js runtime reports them: names, and the form on the wire.
 * Source: the public runtime interface client, https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */
import { types } from "node:util";

export interface RuntimeFault {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

type FaultName =
  | "ImportModuleError"
  | "HandlerNotFound"
  | "MalformedHandlerName"
  | "UserCodeSyntaxError"
  | "MalformedStreamingHandler"
  | "InvalidStreamingOperation"
  | "CallbackHandlerDeprecated";

/** An error of the runtime itself: its name becomes the error type, `Runtime.HandlerNotFound`. */
export function runtimeError(name: FaultName, message: unknown): Error {
  const error = new Error(String(message));
  error.name = `Runtime.${name}`;
  restack(error);
  return error;
}

export function unhandledRejection(reason: unknown, promise: unknown): Error {
  const error = Object.assign(new Error(String(reason)), { reason, promise });
  error.name = "Runtime.UnhandledPromiseRejection";
  restack(error);
  return error;
}

/** A stack starts with the name the error had when it was made. */
function restack(error: Error): void {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const stack = [`${error.name}: ${error.message}`, ...frames].join("\n");
  Object.defineProperty(error, "stack", { value: stack, writable: true, configurable: true });
}

export function intoError(value: unknown): Error {
  return value instanceof Error ? value : new Error(value as string);
}

/** The error document of an invocation or of a failed start. */
export function toFault(error: unknown): RuntimeFault {
  try {
    if (isErrorLike(error)) {
      return {
        errorType: withoutDelete(error.name),
        errorMessage: withoutDelete(error.message),
        trace: withoutDelete(error.stack ?? "").split("\n"),
      };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return {
      errorType: "handled",
      errorMessage:
        "callback called with Error argument, but there was a problem while retrieving one " +
        "or more of its message, name, and stack",
    };
  }
}

/** What the log says of an error in the text format: a tab and JSON. */
export function toLogText(error: unknown): string {
  try {
    return `\t${JSON.stringify(error, (_key, value: unknown) => withProperties(value))}`;
  } catch {
    return `\t${JSON.stringify(toFault(error))}`;
  }
}

function withProperties(value: unknown): unknown {
  if (!(value instanceof Error)) {
    return value;
  }
  const code: unknown = Reflect.get(value, "code");
  return {
    errorType: value.name,
    errorMessage: value.message,
    code,
    ...value,
    ...(typeof value.stack === "string" ? { stack: value.stack.split("\n") } : {}),
  };
}

function isErrorLike(value: unknown): value is Error {
  if (types.isNativeError(value)) {
    return true;
  }
  const { name, message, stack } = (value ?? {}) as Partial<Record<keyof Error, unknown>>;
  return [name, message, stack].every((text) => typeof text === "string" && text !== "");
}

/** U+007F is not allowed in the headers that carry some of these texts on AWS. */
function withoutDelete(text: string): string {
  return text.replaceAll("\x7f", "%7F");
}
