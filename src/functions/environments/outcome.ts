/** What an invocation comes to when the function did not answer for itself. */

import { type Failure, timedOutText } from "../logs/report.ts";
import type { ProcessExit } from "../processes/function-process.ts";

export function timedOut(requestId: string, timeoutMs: number): Failure {
  return {
    status: "timeout",
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: ${timedOutText(timeoutMs)}`,
    timeoutMs,
  };
}

/** AWS refuses such an invocation with the error of this name. */
export function restoreTimedOut(requestId: string): Failure {
  return {
    status: "error",
    errorType: "SnapStartTimeoutException",
    errorMessage:
      `RequestId: ${requestId} Error: ` +
      "Lambda couldn't restore the runtime within the timeout limit.",
  };
}

export function exited(requestId: string, exit: ProcessExit): Failure {
  return {
    status: "error",
    errorType: exit.problem ? (exit.errorType ?? "Runtime.InvalidEntrypoint") : "Runtime.ExitError",
    errorMessage: `RequestId: ${requestId} Error: ${exitText(exit)}`,
  };
}

export function responseTooLarge(sizeMax: number): Omit<Failure, "status"> {
  return {
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size exceeded maximum allowed payload size (${sizeMax} bytes).`,
  };
}

/** The error document: its type is also read back from one a runtime wrote. */
export function errorPayload({ errorType, errorMessage }: Omit<Failure, "status">): Buffer {
  return Buffer.from(JSON.stringify({ errorType, errorMessage }));
}

export function errorTypeOf(payload: Uint8Array): string | undefined {
  return textOf(payload, "errorType");
}

export function errorMessageOf(payload: Uint8Array): string {
  return textOf(payload, "errorMessage") ?? "";
}

function textOf(payload: Uint8Array, name: "errorType" | "errorMessage"): string | undefined {
  try {
    const value = JSON.parse(Buffer.from(payload).toString("utf8"))?.[name];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function exitText({ status, signal, problem }: ProcessExit): string {
  if (problem) {
    return problem;
  }
  return signal || status
    ? `Runtime exited with error: ${exitReason({ status, signal })}`
    : "Runtime exited without providing a reason";
}

/** `exit status 1`, `signal: killed`. */
export function exitReason({ status, signal, problem }: ProcessExit): string {
  return (
    problem ?? (signal ? `signal: ${SIGNALS[signal] ?? signal}` : `exit status ${status ?? 0}`)
  );
}

/** As AWS's platform words them. */
const SIGNALS: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGABRT: "aborted",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGHUP: "hangup",
  SIGILL: "illegal instruction",
  SIGINT: "interrupt",
  SIGKILL: "killed",
  SIGPIPE: "broken pipe",
  SIGQUIT: "quit",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
  SIGTRAP: "trace/breakpoint trap",
};

/** Why an extension brought its environment down. */
export interface ExtensionFailure {
  /** `Extension.Crash`, `Extension.InitError`, `Extension.ExitError`, `Extension.LaunchError`. */
  readonly errorType: string;
  readonly message: string;
}

export function extensionFailed(requestId: string, failure: ExtensionFailure): Failure {
  return {
    status: "error",
    errorType: failure.errorType,
    errorMessage: `RequestId: ${requestId} Error: ${failure.message}`,
  };
}
