/** What goes: state machines with their executions, and executions that are past their time. */
import type { IdRange } from "../../store/collection.ts";
import type { Timer, WriteTx } from "../../store/store.ts";
import type { TimerHandler } from "../service.ts";
import { EXPIRY_TIMER } from "./conclusion.ts";
import { addEvent } from "./jobs.ts";
import {
  aliases,
  type ExecutionId,
  executionData,
  executionKey,
  executions,
  history,
  machines,
  mapItems,
  mapRunItems,
  mapRunRedrives,
  mapRunResults,
  mapRunSettings,
  mapRuns,
  mapRunsOf,
  type Owner,
  ownedKey,
  ownerKey,
  results,
  revisions,
  started,
  threads,
  versions,
} from "./keys.ts";
import { RETENTION_MS } from "./limits.ts";

export const REMOVAL_TIMER = "states.removal";
/** Executions of one transaction. */
const BATCH_MAX = 100;
/** Between two looks at whether the executions of a machine have ended. */
const LOOK_AGAIN_MS = 1_000;

export const removalTimers: Readonly<Record<string, TimerHandler>> = {
  [EXPIRY_TIMER]: expire,
  [REMOVAL_TIMER]: (tx, timer) => {
    const [accountId = "", region = "", name = ""] = timer.key as readonly string[];
    removeMachine(tx, { accountId, region }, name);
  },
};

/** A redrive keeps an execution for longer. */
function expire(tx: WriteTx, timer: Timer): void {
  const [accountId = "", region = "", machine = "", name = ""] = timer.key as readonly string[];
  const id: ExecutionId = { accountId, region, machine, name };
  const record = executions.get(tx, executionKey(id));
  const stoppedMs = record?.status === "RUNNING" ? undefined : record?.stoppedMs;
  if (stoppedMs !== undefined && stoppedMs + RETENTION_MS <= tx.nowMs) {
    removeExecution(tx, id);
  }
}

function removeExecution(tx: WriteTx, id: ExecutionId): void {
  const key = executionKey(id);
  const record = executions.get(tx, key);
  if (record !== undefined) {
    started.delete(tx, [...ownedKey(id, id.machine), record.startedMs, id.name]);
  }
  executions.delete(tx, key);
  for (const { id: place } of [...mapRunsOf.list(tx, { prefix: key })]) {
    const run = ownedKey(id, place.at(-1) as string);
    mapRuns.delete(tx, run);
    mapRunSettings.delete(tx, run);
    mapRunItems.clear(tx, { prefix: run });
    mapRunResults.clear(tx, { prefix: run });
    mapRunRedrives.clear(tx, { prefix: run });
  }
  mapRunsOf.clear(tx, { prefix: key });
  for (const rows of [executionData, threads, mapItems, results, history]) {
    rows.clear(tx, { prefix: key });
  }
}

/** Executions of map runs: their machine is written `machine/label`, and `0` comes behind `/`. */
function childrenOf(owner: Owner, name: string): IdRange {
  const prefix = ownerKey(owner);
  return { prefix, from: [...prefix, `${name}/`], until: [...prefix, `${name}0`] };
}

/**
 * Ends the executions that run, then removes them all, and the machine last.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
 */
export function removeMachine(tx: WriteTx, owner: Owner, name: string): void {
  const key = ownedKey(owner, name);
  const found = [
    ...started.list(tx, { prefix: key, limit: BATCH_MAX }),
    ...started.list(tx, { ...childrenOf(owner, name), limit: BATCH_MAX }),
  ];
  for (const { id: place } of found) {
    const [, , machine, , execution] = place as readonly string[];
    const id: ExecutionId = { ...owner, machine: machine ?? name, name: execution ?? "" };
    if (executions.get(tx, executionKey(id))?.status === "RUNNING") {
      addEvent(tx, id, { kind: "abort", failure: {} });
    } else {
      removeExecution(tx, id);
    }
  }
  if (found.length > 0) {
    tx.after({ kind: REMOVAL_TIMER, dueMs: tx.nowMs + LOOK_AGAIN_MS, key });
    return;
  }
  machines.delete(tx, key);
  for (const rows of [revisions, versions, aliases]) {
    rows.clear(tx, { prefix: key });
  }
}
