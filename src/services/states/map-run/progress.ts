/** What comes next in a map run when something has changed. */
import type { WriteTx } from "../../../store/store.ts";
import { addMapJob } from "./job.ts";
import { CONCURRENCY_MAX, closed, type MapRunRecord } from "./record.ts";

const PERCENT = 100;

/** What is to be done next: nothing, begin more, or make an end. */
export function goneOn(tx: WriteTx, run: MapRunRecord): MapRunRecord {
  if (run.stage === "ending" && run.isStopping === true && run.executions.running === 0) {
    addMapJob(tx, { uuid: run.uuid, execution: run.execution, stage: "ending" });
    return { ...run, isStopping: false };
  }
  if (run.stage !== "running") {
    return run;
  }
  const { executions, items } = run;
  const bad = items.failed + items.timedOut + items.aborted;
  const limit = Math.max(
    run.toleratedFailureCount,
    Math.floor((items.total * run.toleratedFailurePercentage) / PERCENT),
  );
  if (bad > limit || closed(executions) === run.total) {
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
  const isAllStarted = run.next >= run.total && run.executions.pendingRedrive === 0;
  if (run.isStarting || !hasRoom || isAllStarted) {
    return run;
  }
  addMapJob(tx, { uuid: run.uuid, execution: run.execution, stage: "running" });
  return { ...run, isStarting: true };
}
