/** How a start of an environment can go, and what is said of it. */
import type { FunctionSpec, InitPhases } from "./function-host.ts";
import type { ProcessExit } from "./function-process.ts";
import {
  type ExtensionFailure,
  errorMessageOf,
  errorTypeOf,
  exited,
  extensionFailed,
  timedOut,
} from "./outcome.ts";
import type { InitReport } from "./platform-records.ts";
import { type Failure, roundToHundredths } from "./report.ts";
import type { RuntimePhases } from "./runtime-link.ts";

export type Start =
  | { readonly kind: "ready"; readonly phases: RuntimePhases | undefined }
  | { readonly kind: "error"; readonly payload: Buffer }
  | { readonly kind: "exit"; readonly exit: ProcessExit }
  | { readonly kind: "extension"; readonly failure: ExtensionFailure }
  | { readonly kind: "timeout" };

export interface StartAttempt {
  /** The first outcome counts. All but readiness give up what is still being started. */
  settle(start: Start): void;
  readonly started: Promise<Start>;
  readonly signal: AbortSignal;
}

export function startAttempt(): StartAttempt {
  const abort = new AbortController();
  let settle: (start: Start) => void = () => undefined;
  const started = new Promise<Start>((resolve) => {
    settle = (start) => {
      resolve(start);
      if (start.kind !== "ready") {
        abort.abort();
      }
    };
  });
  return { settle, started, signal: abort.signal };
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

/** What an invocation comes to whose environment could not be started; errors tell themselves. */
export function startFailure(
  start: Exclude<Start, { kind: "ready" | "error" }>,
  requestId: string,
  timeoutMs: number,
): Failure {
  switch (start.kind) {
    case "exit":
      return exited(requestId, start.exit);
    case "extension":
      return extensionFailed(requestId, start.failure);
    case "timeout":
      return timedOut(requestId, timeoutMs);
  }
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
      const { errorType, errorMessage } = startFailure(start, "", 0);
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
      return startFailure(start, "", 0).errorType;
    default:
      return undefined;
  }
}
