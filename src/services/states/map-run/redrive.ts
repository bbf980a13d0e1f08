/**
 * A map run goes on, with the execution that waits for it: what did not succeed is done again.
 *
 * What is under way (executions that are being stopped, an end in the making) comes to its end first.
 * A run that never began its executions reads its items anew. Else the results are gone through in
 * pages: executions that did not succeed, and may go on, wait to be redriven like others to begin.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
 */
import type { TaskReference } from "../../../languages/asl/run/execution.ts";
import { type Job, jobKey } from "../../../outbox/job.ts";
import type { WriteTx } from "../../../store/store.ts";
import { parseMapRunArn } from "../arns.ts";
import {
  executionKey,
  executions,
  mapRunRedrives,
  mapRunResults,
  mapRuns,
  ownedKey,
} from "../keys.ts";
import type { BoundStatesPorts } from "../ports.ts";
import { redriveRefusal } from "../redrivable.ts";
import { addMapJob, type MapJob } from "./job.ts";
import { goneOn } from "./progress.ts";
import { type ChildResult, COUNT_OF, type Counts, childId, type MapRunRecord } from "./record.ts";

/** Results looked at in one transaction. */
const PAGE_SIZE = 500;
const FIRST_PAGE = 0;

export function redriveMapRun(
  tx: WriteTx,
  { mapRunArn, threadId, ticket }: TaskReference & { readonly mapRunArn: string },
): void {
  const { uuid, ...owner } = parseMapRunArn(mapRunArn);
  const run = mapRuns.get(tx, ownedKey(owner, uuid));
  if (run !== undefined) {
    const asked: MapRunRecord = {
      ...run,
      redriveCount: run.redriveCount + 1,
      redrivenMs: tx.nowMs,
      redriveAsked: { threadId, ticket },
    };
    mapRuns.put(tx, ownedKey(owner, uuid), redriveIfAsked(tx, asked));
  }
}

/** The run, on its way again when a redrive waited for nothing but what has ended now. */
export function redriveIfAsked(tx: WriteTx, run: MapRunRecord): MapRunRecord {
  const { redriveAsked, execution, uuid } = run;
  if (redriveAsked === undefined || run.stage !== "over" || run.executions.running > 0) {
    return run;
  }
  const stage = run.total === 0 ? "reading" : "redriving";
  addMapJob(tx, { uuid, execution, stage });
  return {
    ...run,
    ...redriveAsked,
    redriveAsked: undefined,
    status: "RUNNING",
    stage,
    stoppedMs: undefined,
    failure: undefined,
    isStarting: false,
    redriveFrom: FIRST_PAGE,
    executions: { ...run.executions, failuresNotRedrivable: 0 },
    items: { ...run.items, failuresNotRedrivable: 0 },
  };
}

/** Looks at one page of results. */
export async function prepareRedrive(ports: BoundStatesPorts, job: Job<MapJob>): Promise<void> {
  const { execution, uuid } = job.body;
  const key = ownedKey(execution, uuid);
  await ports.store.write((tx) => {
    tx.delete(jobKey(job));
    const run = mapRuns.get(tx, key);
    if (run?.stage === "redriving") {
      mapRuns.put(tx, key, withNextPage(tx, run));
    }
  });
}

function withNextPage(tx: WriteTx, run: MapRunRecord): MapRunRecord {
  const { execution, uuid } = run;
  const prefix = ownedKey(execution, uuid);
  const from = [...prefix, run.redriveFrom];
  const page = [...mapRunResults.list(tx, { prefix, from, limit: PAGE_SIZE })];
  let now = run;
  for (const { id, record } of page) {
    const index = id[prefix.length] as number;
    now = { ...now, redriveFrom: index + 1 };
    const isPending = mapRunRedrives.get(tx, [...prefix, index]) !== undefined;
    if (record.status !== "SUCCEEDED" && !isPending) {
      now = withResult(tx, now, { index, result: record });
    }
  }
  if (page.length === PAGE_SIZE) {
    addMapJob(tx, { uuid, execution, stage: "redriving" });
    return now;
  }
  return goneOn(tx, { ...now, stage: "running" });
}

function withResult(
  tx: WriteTx,
  run: MapRunRecord,
  { index, result }: { readonly index: number; readonly result: ChildResult },
): MapRunRecord {
  const { execution, uuid } = run;
  const mayGoOn = run.executionType === "EXPRESS" || isRedrivable(tx, run, index);
  if (mayGoOn) {
    mapRunRedrives.put(tx, [...ownedKey(execution, uuid), index], true);
  }
  const move = mayGoOn ? pendingAgain : neverAgain;
  return {
    ...run,
    executions: move(run.executions, result, 1),
    items: move(run.items, result, result.items),
  };
}

function isRedrivable(tx: WriteTx, run: MapRunRecord, index: number): boolean {
  const record = executions.get(tx, executionKey(childId(run, index)));
  return record !== undefined && redriveRefusal(record, tx.nowMs) === undefined;
}

function pendingAgain(counts: Counts, { status }: ChildResult, by: number): Counts {
  const name = COUNT_OF[status];
  return { ...counts, [name]: counts[name] - by, pendingRedrive: counts.pendingRedrive + by };
}

function neverAgain(counts: Counts, _: ChildResult, by: number): Counts {
  return { ...counts, failuresNotRedrivable: counts.failuresNotRedrivable + by };
}
