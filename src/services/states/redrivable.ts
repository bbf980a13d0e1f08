/**
 * Which executions can be redriven.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
import { STANDARD_EVENTS_MAX } from "../../languages/asl/run/history.ts";
import type { ExecutionRecord } from "./execution-record.ts";
import { REDRIVABLE_MS, REDRIVES_MAX } from "./limits.ts";

/** `undefined` when it can be. */
export function redriveRefusal(record: ExecutionRecord, nowMs: number): string | undefined {
  if (record.status === "RUNNING") {
    return "Execution is RUNNING and cannot be redriven";
  }
  if (record.status === "SUCCEEDED") {
    return "Execution is SUCCEEDED and cannot be redriven";
  }
  if (record.startedMs + REDRIVABLE_MS < nowMs && (record.stoppedMs ?? 0) + REDRIVABLE_MS < nowMs) {
    return "Execution cannot be redriven because the redrivable period has expired";
  }
  if (record.nextEventId > STANDARD_EVENTS_MAX - 1) {
    return "Execution cannot be redriven because the execution event history limit has been reached";
  }
  return record.redriveCount >= REDRIVES_MAX
    ? "Execution cannot be redriven because the redrive limit has been reached"
    : undefined;
}
