/** Point-in-time recovery: the window of a table, and how it is shown. */
import type { ContinuousBackupsDescription } from "../../../wire/models/dynamodb.gen.ts";
import type { TableRecord } from "../table.ts";
import { DAY_MS } from "./change-log.ts";

export interface RecoveryWindow {
  readonly earliestMs: number;
  readonly latestMs: number;
}

/** Up to the present: nothing has to be waited for. */
export function recoveryWindow(record: TableRecord, nowMs: number): RecoveryWindow | undefined {
  const { recovery } = record;
  return (
    recovery && {
      earliestMs: Math.max(recovery.sinceMs, nowMs - recovery.days * DAY_MS),
      latestMs: nowMs,
    }
  );
}

export function shownRecovery(record: TableRecord, nowMs: number): ContinuousBackupsDescription {
  const window = recoveryWindow(record, nowMs);
  return {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription:
      window === undefined
        ? { PointInTimeRecoveryStatus: "DISABLED" }
        : {
            PointInTimeRecoveryStatus: "ENABLED",
            RecoveryPeriodInDays: record.recovery?.days,
            EarliestRestorableDateTime: new Date(window.earliestMs),
            LatestRestorableDateTime: new Date(window.latestMs),
          },
  };
}
