/**
 * What the platform tells of an environment as data: in JSON logs and in the Telemetry API.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
import type { FunctionSpec, InitPhases, InvocationReport } from "../function-host.ts";

export interface InitReport {
  readonly durationMs: number;
  readonly phase: "init" | "invoke";
  readonly status: "success" | "error" | "timeout";
  readonly errorType?: string | undefined;
  readonly phases?: InitPhases | undefined;
}

export interface RestoreReport {
  readonly durationMs: number;
  readonly status: "success" | "error" | "timeout";
  readonly errorType?: string | undefined;
}

/** What an answer's way took. */
export interface RuntimeDone {
  readonly trace: string | undefined;
  /** None when the runtime did not answer. */
  readonly spans: readonly Span[];
  /** Of the response. */
  readonly producedBytes: number;
}

export interface Span {
  /** `responseLatency`, `responseDuration`, `runtimeOverhead`. */
  readonly name: string;
  /** ISO 8601 in UTC. */
  readonly start: string;
  readonly durationMs: number;
}

export interface PlatformRecords {
  initStart(runtimeVersion: string): object;
  initRuntimeDone(report: InitReport): object;
  initReport(report: InitReport): object;
  restoreStart(runtimeVersion: string): object;
  restoreRuntimeDone(report: RestoreReport): object;
  restoreReport(report: RestoreReport): object;
  start(requestId: string, trace: string | undefined): object;
  runtimeDone(requestId: string, report: InvocationReport, run: RuntimeDone): object;
  report(requestId: string, report: InvocationReport, trace: string | undefined): object;
}

export function platformRecords(spec: FunctionSpec): PlatformRecords {
  const initializationType = spec.keptAs ?? "on-demand";
  return {
    initStart: (runtimeVersion) => ({
      initializationType,
      phase: "init",
      runtimeVersion,
      functionName: spec.name,
      functionVersion: spec.version,
    }),
    initRuntimeDone: ({ phase, status, errorType }) => ({
      initializationType,
      phase,
      status,
      errorType,
    }),
    initReport: ({ phase, status, errorType, durationMs, phases }) => ({
      initializationType,
      phase,
      status,
      errorType,
      metrics: { durationMs },
      ...(phases ? { spans: spansOf(phases) } : {}),
    }),
    restoreStart: (runtimeVersion) => ({
      runtimeVersion,
      functionName: spec.name,
      functionVersion: spec.version,
    }),
    restoreRuntimeDone: ({ status, errorType }) => ({ status, errorType }),
    restoreReport: ({ status, errorType, durationMs }) => ({
      status,
      errorType,
      metrics: { durationMs },
    }),
    start: (requestId, trace) => ({ requestId, version: spec.version, ...tracing(trace) }),
    runtimeDone: (
      requestId,
      { status, errorType, durationMs },
      { trace, spans, producedBytes },
    ) => ({
      requestId,
      status,
      errorType,
      metrics: { durationMs, producedBytes },
      ...(spans.length === 0 ? {} : { spans }),
      ...tracing(trace),
    }),
    report: (requestId, report, trace) => ({
      requestId,
      metrics: {
        durationMs: report.durationMs,
        billedDurationMs: report.billedDurationMs,
        memorySizeMB: report.memoryMb,
        maxMemoryUsedMB: report.memoryUsedMaxMb,
        initDurationMs: report.initDurationMs,
        restoreDurationMs: report.restoreDurationMs,
        billedRestoreDurationMs: billedRestoreMs(report),
      },
      ...(report.initPhases ? { spans: spansOf(report.initPhases) } : {}),
      ...tracing(trace),
      status: report.status,
      errorType: report.errorType,
    }),
  };
}

/** Hooks and all: there is no time of loading a snapshot in it, which AWS does not bill. */
export function billedRestoreMs({ restoreDurationMs }: InvocationReport): number | undefined {
  return restoreDurationMs === undefined ? undefined : Math.ceil(restoreDurationMs);
}

function tracing(trace: string | undefined): object {
  return trace ? { tracing: { type: "X-Amzn-Trace-Id", value: trace } } : {};
}

/** Millrace's own names, in the form in which AWS tells of spans. */
function spansOf(phases: InitPhases): readonly object[] {
  return [
    { name: "initProcess", durationMs: phases.processMs },
    { name: "initBootstrap", durationMs: phases.bootstrapMs },
    { name: "initImports", durationMs: phases.importsMs },
    { name: "initCode", durationMs: phases.codeMs },
  ];
}
