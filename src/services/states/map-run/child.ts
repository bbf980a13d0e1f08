/** The end of a child execution, as its map run sees it. */
import type { ExecutionState } from "../../../languages/asl/run/execution.ts";
import type { WriteTx } from "../../../store/store.ts";
import type { MapRunChild } from "../execution-record.ts";
import { type ExecutionId, mapRunResults, mapRuns, ownedKey } from "../keys.ts";
import { isHistoryFull } from "../redrivable.ts";
import { goneOn } from "./progress.ts";
import { type ChildResult, COUNT_OF, type Counts } from "./record.ts";
import { redriveIfAsked } from "./redrive.ts";

/** In the transaction in which the child ends. */
export function childEnded(
  tx: WriteTx,
  child: MapRunChild,
  ended: {
    readonly id: ExecutionId;
    readonly state: Pick<ExecutionState, "status" | "output" | "failure" | "nextEventId">;
    readonly input: string;
    readonly startedMs: number;
    readonly redriveCount: number;
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
    items: child.items,
    input: ended.input,
    startedMs: ended.startedMs,
    stoppedMs: tx.nowMs,
    redriveCount: ended.redriveCount,
  };
  mapRunResults.put(tx, [...key, child.index], result);
  const isLast = isHistoryFull(ended.state);
  const counted = {
    ...run,
    executions: counts(run.executions, result.status, { by: 1, isLast }),
    items: counts(run.items, result.status, { by: child.items, isLast }),
  };
  mapRuns.put(tx, key, redriveIfAsked(tx, goneOn(tx, counted)));
}

function counts(
  before: Counts,
  status: ChildResult["status"],
  { by, isLast }: { readonly by: number; readonly isLast: boolean },
): Counts {
  const name = COUNT_OF[status];
  return {
    ...before,
    running: before.running - by,
    [name]: before[name] + by,
    failuresNotRedrivable: before.failuresNotRedrivable + (isLast ? by : 0),
  };
}
