/**
 * Which executions can be redriven.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html; the reasons:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
 */
import { STANDARD_EVENTS_MAX } from "../../languages/asl/run/history.ts";
import type { ExecutionRecord } from "./execution-record.ts";
import { EXECUTION_MS_MAX, REDRIVABLE_MS, REDRIVES_MAX } from "./limits.ts";

/** `undefined` when it can be, by itself or with the map run it is a part of. */
export function redriveRefusal(record: ExecutionRecord, nowMs: number): string | undefined {
  if (record.status === "RUNNING" || record.status === "SUCCEEDED") {
    return `Execution is ${record.status} and cannot be redriven`;
  }
  if (isHistoryFull(record)) {
    return "Execution history event limit exceeded";
  }
  if (record.startedMs + EXECUTION_MS_MAX < nowMs) {
    return "Execution has exceeded the max execution time";
  }
  if ((record.stoppedMs ?? 0) + REDRIVABLE_MS < nowMs) {
    return "Execution redrivable period exceeded";
  }
  return record.redriveCount >= REDRIVES_MAX
    ? "Execution has exceeded the max number of redrives"
    : undefined;
}

/** Of an execution that did not succeed. */
export function isHistoryFull({ nextEventId }: { readonly nextEventId: number }): boolean {
  return nextEventId >= STANDARD_EVENTS_MAX;
}

/** An execution of a map run goes on with the run, not by itself. */
export function redriveStatus(
  record: ExecutionRecord,
  nowMs: number,
): {
  readonly status: "REDRIVABLE" | "NOT_REDRIVABLE" | "REDRIVABLE_BY_MAP_RUN";
  readonly reason?: string;
} {
  const reason = redriveRefusal(record, nowMs);
  if (reason !== undefined) {
    return { status: "NOT_REDRIVABLE", reason };
  }
  return { status: record.mapRun === undefined ? "REDRIVABLE" : "REDRIVABLE_BY_MAP_RUN" };
}
