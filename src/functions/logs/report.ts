/**
 * The lines Lambda's platform writes around an invocation, as text or as JSON events.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
import type {
  FunctionSpec,
  InitPhases,
  InvocationReport,
  SystemLogLevel,
} from "../function-host.ts";
import {
  billedRestoreMs,
  type InitReport,
  platformRecords,
  type RestoreReport,
} from "./platform-records.ts";

/** Duration and, for the first invocation, the init phase are billed by the started millisecond. */
export function billedDurationMs(durationMs: number, initDurationMs: number | undefined): number {
  return Math.ceil(roundToHundredths(durationMs + (initDurationMs ?? 0)));
}

export function roundToHundredths(durationMs: number): number {
  return Math.round(durationMs * 100) / 100;
}

/** Writes the platform's lines; an `undefined` line is below the system log level. */
export interface PlatformLines {
  initStart(runtimeVersion: string): string | undefined;
  initReport(report: InitReport): string | undefined;
  restoreStart(runtimeVersion: string): string | undefined;
  restoreReport(report: RestoreReport): string | undefined;
  start(requestId: string): string | undefined;
  /** The process ended or was ended: what happened, in place of the handler's own words. */
  failure(requestId: string, failure: Failure): string | undefined;
  end(requestId: string): string | undefined;
  report(
    requestId: string,
    report: InvocationReport,
    trace: string | undefined,
  ): string | undefined;
}

export interface Failure {
  readonly status: "error" | "timeout";
  readonly errorType: string;
  readonly errorMessage: string;
  /** How long the invocation was allowed to take, when that was the trouble. */
  readonly timeoutMs?: number;
}

export function platformLines(spec: FunctionSpec, nowMs: () => number): PlatformLines {
  return spec.logFormat === "JSON" ? jsonLines(spec, nowMs) : textLines(spec, nowMs);
}

function textLines(spec: FunctionSpec, nowMs: () => number): PlatformLines {
  return {
    initStart: (runtimeVersion) => `INIT_START Runtime Version: ${runtimeVersion}\n`,
    initReport: ({ durationMs, phase, status, errorType }) =>
      `INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: ${phase}\t` +
      `${statusText(status, errorType)}\n`,
    restoreStart: (runtimeVersion) => `RESTORE_START Runtime Version: ${runtimeVersion}\n`,
    restoreReport: ({ durationMs, status, errorType }) =>
      `RESTORE_REPORT Restore Duration: ${durationMs.toFixed(2)} ms` +
      `${status === "success" ? "" : `\t${statusText(status, errorType)}`}\n`,
    start: (requestId) => `START RequestId: ${requestId} Version: ${spec.version}\n`,
    failure: (requestId, { status, errorType, errorMessage }) =>
      status === "timeout"
        ? `${new Date(nowMs()).toISOString()} ${requestId} ${timedOutText(spec.timeoutMs)}\n\n`
        : `${errorMessage}\n${errorType}\n`,
    end: (requestId) => `END RequestId: ${requestId}\n`,
    report: (requestId, report, trace) => reportText(requestId, report, trace),
  };
}

export function timedOutText(timeoutMs: number): string {
  return `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
}

function reportText(
  requestId: string,
  report: InvocationReport,
  trace: string | undefined,
): string {
  const init =
    report.initDurationMs === undefined
      ? ""
      : `Init Duration: ${report.initDurationMs.toFixed(2)} ms\t${phasesText(report.initPhases)}`;
  const restore =
    report.restoreDurationMs === undefined
      ? ""
      : `Restore Duration: ${report.restoreDurationMs.toFixed(2)} ms\t` +
        `Billed Restore Duration: ${billedRestoreMs(report)} ms\t`;
  // A handler that reports an error has ended as it should: only the platform's faults are told.
  const isFault = report.status === "timeout" || report.errorType?.startsWith("Runtime.");
  return (
    `REPORT RequestId: ${requestId}\tDuration: ${report.durationMs.toFixed(2)} ms\t` +
    `Billed Duration: ${report.billedDurationMs} ms\tMemory Size: ${report.memoryMb} MB\t` +
    `Max Memory Used: ${report.memoryUsedMaxMb} MB\t${init}${restore}` +
    `${isFault ? `${statusText(report.status, report.errorType)}\t` : ""}\n${traceText(trace)}`
  );
}

/** Not of AWS: where the time of a cold start went, in a field of its own. */
function phasesText(phases: InitPhases | undefined): string {
  if (phases === undefined) {
    return "";
  }
  const { processMs, bootstrapMs, importsMs, codeMs } = phases;
  const shown = (ms: number): string => `${ms.toFixed(2)} ms`;
  return (
    `Init Phases: process ${shown(processMs)}, bootstrap ${shown(bootstrapMs)}, ` +
    `imports ${shown(importsMs)}, code ${shown(codeMs)}\t`
  );
}

function statusText(status: string, errorType: string | undefined): string {
  return status === "error" && errorType
    ? `Status: error\tError Type: ${errorType}`
    : `Status: ${status}`;
}

function traceText(trace: string | undefined): string {
  const parts = parseTrace(trace);
  return parts?.sampled
    ? `XRAY TraceId: ${parts.root}\tSegmentId: ${parts.parent}\tSampled: true\t\n`
    : "";
}

interface Trace {
  readonly root: string;
  readonly parent: string;
  readonly sampled: boolean;
}

/** `Root=1-...;Parent=...;Sampled=1`; `undefined` unless it has a root and a parent. */
export function parseTrace(header: string | undefined): Trace | undefined {
  if (header === undefined) {
    return undefined;
  }
  const parts = new Map(
    header.split(";").map((part) => {
      const at = part.indexOf("=");
      return [part.slice(0, at).trim(), part.slice(at + 1)] as const;
    }),
  );
  const [root, parent] = [parts.get("Root"), parts.get("Parent")];
  return root && parent ? { root, parent, sampled: parts.get("Sampled") === "1" } : undefined;
}

const SEVERITY: Readonly<Record<SystemLogLevel, number>> = { DEBUG: 0, INFO: 1, WARN: 2 };

function jsonLines(spec: FunctionSpec, nowMs: () => number): PlatformLines {
  const floor = SEVERITY[spec.systemLogLevel ?? "INFO"];
  const at = (level: SystemLogLevel, type: string, record: object): string | undefined =>
    SEVERITY[level] >= floor
      ? `${JSON.stringify({ time: new Date(nowMs()).toISOString(), type, record })}\n`
      : undefined;
  const records = platformRecords(spec);
  return {
    initStart: (runtimeVersion) =>
      at("INFO", "platform.initStart", records.initStart(runtimeVersion)),
    initReport: (report) => at("WARN", "platform.initReport", records.initReport(report)),
    restoreStart: (runtimeVersion) =>
      at("INFO", "platform.restoreStart", records.restoreStart(runtimeVersion)),
    restoreReport: (report) =>
      at(
        report.status === "success" ? "INFO" : "WARN",
        "platform.restoreReport",
        records.restoreReport(report),
      ),
    start: (requestId) => at("INFO", "platform.start", records.start(requestId, undefined)),
    failure: (requestId, { status, errorType }) =>
      at("WARN", "platform.runtimeDone", { requestId, status, errorType }),
    end: () => undefined,
    report: (requestId, report, trace) =>
      at(
        report.status === "success" ? "INFO" : "WARN",
        "platform.report",
        records.report(requestId, report, trace),
      ),
  };
}
