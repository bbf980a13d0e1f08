/** How a start of an environment can go, and what is said of it. */
import type { FunctionSpec, InitPhases } from "../function-host.ts";
import type { InitReport, RestoreReport } from "../logs/platform-records.ts";
import { type Failure, roundToHundredths } from "../logs/report.ts";
import type { ProcessExit } from "../processes/function-process.ts";
import type { RuntimePhases } from "../processes/runtime-link.ts";
import type { InvocationRun } from "./invocation-run.ts";
import {
  type ExtensionFailure,
  errorMessageOf,
  errorTypeOf,
  exited,
  extensionFailed,
  restoreTimedOut,
  timedOut,
} from "./outcome.ts";

export type Start =
  | { readonly kind: "ready"; readonly phases: RuntimePhases | undefined }
  | { readonly kind: "error"; readonly payload: Buffer }
  | { readonly kind: "exit"; readonly exit: ProcessExit }
  | { readonly kind: "extension"; readonly failure: ExtensionFailure }
  | { readonly kind: "timeout" };

export type FailedStart = Exclude<Start, { readonly kind: "ready" }>;

/** The invocation that waited for it: an error tells itself, all else is told by the platform. */
export function failRun(
  run: InvocationRun,
  start: FailedStart,
  failure: Failure | undefined,
  peakMemoryKib: number,
): void {
  if (start.kind === "error") {
    run.answer({ kind: "error", payload: start.payload });
  } else if (failure) {
    run.fail(failure, peakMemoryKib);
  }
}

/** How long AWS lets the init phase take before it is tried again, in milliseconds. */
const INIT_TIMEOUT_MS = 10_000;
/** The least that environments which are initialised ahead have for it. */
const KEPT_INIT_TIMEOUT_MS = 130_000;
/** What AWS allows: more has a function that is debugged, and so has its init phase. */
const FUNCTION_TIMEOUT_MS_MAX = 900_000;

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
export function initTimeoutMs(spec: FunctionSpec): number {
  return spec.keptAs === undefined
    ? Math.max(INIT_TIMEOUT_MS, spec.timeoutMs > FUNCTION_TIMEOUT_MS_MAX ? spec.timeoutMs : 0)
    : Math.max(KEPT_INIT_TIMEOUT_MS, spec.timeoutMs);
}

/**
 * How long the hooks of a function may take once it is restored, in milliseconds.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
 */
export const RESTORE_TIMEOUT_MS = 10_000;

export function restoreReportOf(start: Start, durationMs: number): RestoreReport {
  const { status, errorType } = initReportOf(start, durationMs, "invoke");
  return { durationMs, status, errorType };
}

/** What an invocation comes to whose environment could not be started; errors tell themselves. */
export function startFailure(
  start: FailedStart,
  requestId: string,
  timeoutMs: number,
): Failure | undefined {
  switch (start.kind) {
    case "error":
      return undefined;
    case "exit":
      return exited(requestId, start.exit);
    case "extension":
      return extensionFailed(requestId, start.failure);
    case "timeout":
      return timedOut(requestId, timeoutMs);
  }
}

/** Of an environment that could not be restored. */
export function restoreFailure(start: FailedStart, requestId: string): Failure | undefined {
  return start.kind === "timeout"
    ? restoreTimedOut(requestId)
    : startFailure(start, requestId, RESTORE_TIMEOUT_MS);
}

/** `Runtime.ImportModuleError: Cannot find module 'x'`. */
export function initFailureOf(start: Start): string | undefined {
  switch (start.kind) {
    case "ready":
      return undefined;
    case "error":
      return `${errorTypeOf(start.payload) ?? "Unhandled"}: ${errorMessageOf(start.payload)}`;
    case "timeout":
      return "Sandbox.Timedout: The init phase took too long";
    default: {
      const { errorType = "", errorMessage = "" } = startFailure(start, "", 0) ?? {};
      return `${errorType}: ${errorMessage.replace("RequestId:  Error: ", "")}`;
    }
  }
}

export function initReportOf(
  start: Start,
  durationMs: number,
  phase: InitReport["phase"],
): InitReport {
  const errorType = startErrorType(start);
  const status =
    start.kind === "ready" ? "success" : start.kind === "timeout" ? "timeout" : "error";
  const phases = start.kind === "ready" ? phasesOf(start.phases, durationMs) : undefined;
  return { durationMs, phase, status, errorType, phases };
}

/** What the runtime does not account for was the start of its process. */
function phasesOf(phases: RuntimePhases | undefined, durationMs: number): InitPhases | undefined {
  if (phases === undefined) {
    return undefined;
  }
  const bootstrapMs = roundToHundredths(phases.bootstrapMs);
  const importsMs = roundToHundredths(phases.importsMs);
  const codeMs = roundToHundredths(phases.codeMs);
  const processMs = Math.max(0, roundToHundredths(durationMs - bootstrapMs - importsMs - codeMs));
  return { processMs, bootstrapMs, importsMs, codeMs };
}

function startErrorType(start: Start): string | undefined {
  switch (start.kind) {
    case "error":
      return errorTypeOf(start.payload);
    case "exit":
    case "extension":
      return startFailure(start, "", 0)?.errorType;
    default:
      return undefined;
  }
}
