/** The end of a child execution, as its map run sees it. */
import type { ExecutionState } from "../../../languages/asl/run/execution.ts";
import type { WriteTx } from "../../../store/store.ts";
import type { MapRunChild } from "../execution-record.ts";
import { type ExecutionId, mapRunResults, mapRuns, ownedKey } from "../keys.ts";
import { addMapJob } from "./job.ts";
import { type ChildResult, CONCURRENCY_MAX, type Counts, type MapRunRecord } from "./record.ts";

const PERCENT = 100;

/** In the transaction in which the child ends. */
export function childEnded(
  tx: WriteTx,
  child: MapRunChild,
  ended: {
    readonly id: ExecutionId;
    readonly state: Pick<ExecutionState, "status" | "output" | "failure">;
    readonly input: string;
    readonly startedMs: number;
  },
): void {
  const key = ownedKey(ended.id, child.uuid);
  const run = mapRuns.get(tx, key);
  if (run === undefined || mapRunResults.get(tx, [...key, child.index]) !== undefined) {
    return;
  }
  const { status, output, failure } = ended.state;
  const result: ChildResult = {
    name: ended.id.name,
    status: status === "RUNNING" ? "ABORTED" : status,
    output: output?.text,
    failure,
    input: ended.input,
    startedMs: ended.startedMs,
    stoppedMs: tx.nowMs,
  };
  mapRunResults.put(tx, [...key, child.index], result);
  const counted = {
    ...run,
    executions: counts(run.executions, result.status, 1),
    items: counts(run.items, result.status, child.items),
  };
  mapRuns.put(tx, key, goneOn(tx, counted));
}

function counts(before: Counts, status: ChildResult["status"], by: number): Counts {
  const name = (
    { SUCCEEDED: "succeeded", FAILED: "failed", TIMED_OUT: "timedOut", ABORTED: "aborted" } as const
  )[status];
  return { ...before, running: before.running - by, [name]: before[name] + by };
}

/** What is to be done next: nothing, begin more, or make an end. */
function goneOn(tx: WriteTx, run: MapRunRecord): MapRunRecord {
  if (run.stage !== "running") {
    return run;
  }
  const { executions, items } = run;
  const bad = items.failed + items.timedOut + items.aborted;
  const limit = Math.max(
    run.toleratedFailureCount,
    Math.floor((items.total * run.toleratedFailurePercentage) / PERCENT),
  );
  const done = executions.succeeded + executions.failed + executions.timedOut + executions.aborted;
  if (bad > limit || done === run.total) {
    addMapJob(tx, { uuid: run.uuid, execution: run.execution, stage: "ending" });
    const failure = {
      error: "States.ExceedToleratedFailureThreshold",
      cause: "The specified tolerated failure threshold was exceeded",
    };
    return bad > limit
      ? { ...run, stage: "ending", status: "FAILED", failure }
      : { ...run, stage: "ending" };
  }
  return withMoreStarted(tx, run);
}

/** Lets more executions begin, where there are items and room. */
export function withMoreStarted(tx: WriteTx, run: MapRunRecord): MapRunRecord {
  const most = run.maxConcurrency === 0 ? CONCURRENCY_MAX : run.maxConcurrency;
  const hasRoom = run.executions.running < Math.min(most, CONCURRENCY_MAX);
  if (run.isStarting || !hasRoom || run.next >= run.total) {
    return run;
  }
  addMapJob(tx, { uuid: run.uuid, execution: run.execution, stage: "running" });
  return { ...run, isStarting: true };
}
