/** The work of map runs, as jobs of the outbox: one at a time for each run. */
import type { MapRunEffect } from "../../../languages/asl/run/execution.ts";
import { addJob } from "../../../outbox/job.ts";
import type { WriteTx } from "../../../store/store.ts";
import { parseMapRunArn } from "../arns.ts";
import {
  type ExecutionId,
  executionKey,
  mapRunSettings,
  mapRuns,
  mapRunsOf,
  ownedKey,
} from "../keys.ts";
import { type MapRunRecord, NO_COUNTS } from "./record.ts";

export const MAP_JOB = "states.map";

export interface MapJob {
  readonly uuid: string;
  readonly execution: ExecutionId;
  readonly stage: Exclude<MapRunRecord["stage"], "over">;
}

export function addMapJob(tx: WriteTx, job: MapJob): void {
  addJob(tx, { kind: MAP_JOB, lane: job.uuid, body: job });
}

/** Begins a run in the transaction of the step that asks for it. */
export function beginMapRun(tx: WriteTx, execution: ExecutionId, effect: MapRunEffect): void {
  const { uuid } = parseMapRunArn(effect.mapRunArn);
  const { settings, threadId, ticket, stateName } = effect;
  const run: MapRunRecord = {
    ...{ uuid, execution, threadId, ticket, stateName },
    label: settings.label,
    executionType: settings.executionType,
    status: "RUNNING",
    stage: "reading",
    startedMs: tx.nowMs,
    maxConcurrency: settings.maxConcurrency,
    toleratedFailureCount: settings.toleratedFailureCount ?? 0,
    toleratedFailurePercentage: settings.toleratedFailurePercentage ?? 0,
    total: 0,
    next: 0,
    isStarting: false,
    executions: NO_COUNTS,
    items: NO_COUNTS,
    redriveCount: 0,
    redriveFrom: 0,
  };
  mapRuns.put(tx, ownedKey(execution, uuid), run);
  mapRunSettings.put(tx, ownedKey(execution, uuid), settings);
  mapRunsOf.put(tx, [...executionKey(execution), uuid], true);
  addMapJob(tx, { uuid, execution, stage: "reading" });
}

/** Nobody waits any more. */
export function cancelMapRun(tx: WriteTx, arn: string): void {
  const { uuid, ...owner } = parseMapRunArn(arn);
  const run = mapRuns.get(tx, ownedKey(owner, uuid));
  if (run !== undefined && run.stage !== "over") {
    mapRuns.put(tx, ownedKey(owner, uuid), { ...run, stage: "ending", status: "ABORTED" });
    addMapJob(tx, { uuid, execution: run.execution, stage: "ending" });
  }
}
