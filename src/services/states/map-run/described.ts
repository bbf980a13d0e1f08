/** A map run as it is described. */

import type { ReadTx } from "../../../store/store.ts";
import type { Output } from "../../../wire/operations.ts";
import { executionArn, mapRunArn, parseMapRunArn } from "../arns.ts";
import { resourceNotFound } from "../errors.ts";
import { mapRuns, ownedKey } from "../keys.ts";
import { type Counts, closed, type MapRunRecord } from "./record.ts";

type Described = Output<"states", "DescribeMapRun">;

export function existingMapRun(tx: ReadTx, arn: string): MapRunRecord {
  const { uuid, ...owner } = parseMapRunArn(arn);
  const run = mapRuns.get(tx, ownedKey(owner, uuid));
  if (run === undefined) {
    throw resourceNotFound(arn);
  }
  return run;
}

export function arnOfRun({ execution, label, uuid }: MapRunRecord): string {
  return mapRunArn({ ...execution, machine: `${execution.machine}/${label}` }, uuid);
}

export function describedMapRun(run: MapRunRecord): Described {
  return {
    mapRunArn: arnOfRun(run),
    executionArn: executionArn(run.execution),
    status: run.status,
    startDate: new Date(run.startedMs),
    ...(run.stoppedMs !== undefined && { stopDate: new Date(run.stoppedMs) }),
    maxConcurrency: run.maxConcurrency,
    toleratedFailureCount: run.toleratedFailureCount,
    toleratedFailurePercentage: run.toleratedFailurePercentage,
    itemCounts: describedCounts(run.items),
    executionCounts: describedCounts(run.executions),
    redriveCount: run.redriveCount,
    ...(run.redrivenMs !== undefined && { redriveDate: new Date(run.redrivenMs) }),
  };
}

function describedCounts(counts: Counts): Described["itemCounts"] {
  const { total, running, pendingRedrive } = counts;
  return { ...counts, pending: total - running - pendingRedrive - closed(counts) };
}
