/** Reads an execution from the store, and writes what a step changed. */

import type { JsonObject } from "../../languages/asl/data/scope.ts";
import type { ExecutionState, Step, Thread } from "../../languages/asl/run/execution.ts";
import type { HistoryEvent } from "../../languages/asl/run/history.ts";
import { Payload } from "../../languages/asl/run/payload.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type {
  ExecutionRecord,
  HistoryDetails,
  HistoryRow,
  ThreadRecord,
} from "./execution-record.ts";
import {
  type ExecutionId,
  executionData,
  executionKey,
  executions,
  history,
  mapItems,
  results,
  threads,
} from "./keys.ts";

export function readState(tx: ReadTx, id: ExecutionId, record: ExecutionRecord): ExecutionState {
  const prefix = executionKey(id);
  const found = new Map<number, Thread>();
  for (const { id: key, record: thread } of threads.list(tx, { prefix })) {
    const threadId = key[prefix.length] as number;
    found.set(threadId, {
      ...thread,
      id: threadId,
      parentId: thread.parentId,
      variables: JSON.parse(thread.variables) as JsonObject,
      input: Payload.ofText(thread.input),
    });
  }
  const items = new Map<number, Payload>();
  for (const { id: key, record: text } of mapItems.list(tx, { prefix })) {
    items.set(key[prefix.length] as number, Payload.ofText(text));
  }
  const given = new Map<number, (Payload | undefined)[]>();
  for (const { id: key, record: text } of results.list(tx, { prefix })) {
    const threadId = key[prefix.length] as number;
    const list = given.get(threadId) ?? [];
    list[key[prefix.length + 1] as number] = Payload.ofText(text);
    given.set(threadId, list);
  }
  const { status, steps, nextThreadId, nextEventId, nextTicket, deadline, failure } = record;
  return {
    ...{ status, steps, nextThreadId, nextEventId, nextTicket, deadline, failure },
    threads: found,
    items,
    results: given,
  };
}

/** All but the effects. Returns the new record. */
export function writeStep(
  tx: WriteTx,
  id: ExecutionId,
  before: ExecutionRecord,
  step: Step,
): ExecutionRecord {
  const key = executionKey(id);
  const { state, changes } = step;
  for (const threadId of changes.cleared) {
    mapItems.delete(tx, [...key, threadId]);
    results.clear(tx, { prefix: [...key, threadId] });
  }
  for (const threadId of changes.threads) {
    const thread = state.threads.get(threadId);
    if (thread === undefined) {
      threads.delete(tx, [...key, threadId]);
    } else {
      threads.put(tx, [...key, threadId], threadRecord(thread));
    }
  }
  for (const threadId of changes.items) {
    const items = state.items.get(threadId);
    if (items !== undefined) {
      mapItems.put(tx, [...key, threadId], items.text);
    }
  }
  for (const { threadId, index } of changes.results) {
    const result = state.results.get(threadId)?.[index];
    if (result !== undefined) {
      results.put(tx, [...key, threadId, index], result.text);
    }
  }
  const [first] = step.history;
  if (first !== undefined) {
    history.put(tx, [...key, first.id], step.history.map(historyRow));
  }
  if (state.output !== undefined) {
    executionData.put(tx, [...key, "output"], state.output.text);
  }
  const record = recordOf(before, state, tx.nowMs);
  executions.put(tx, key, record);
  return record;
}

function recordOf(before: ExecutionRecord, state: ExecutionState, nowMs: number): ExecutionRecord {
  const { status, steps, nextThreadId, nextEventId, nextTicket, deadline, failure } = state;
  const stoppedMs = status === "RUNNING" ? undefined : nowMs;
  return {
    ...before,
    ...{ status, steps, nextThreadId, nextEventId, nextTicket, deadline, failure, stoppedMs },
  };
}

function threadRecord(thread: Thread): ThreadRecord {
  const { id: _, input, variables, ...rest } = thread;
  return { ...rest, input: input.text, variables: JSON.stringify(variables) };
}

export function historyRow(event: HistoryEvent): HistoryRow {
  const details: Record<string, HistoryDetails[string]> = {};
  for (const [name, value] of Object.entries(event.details ?? {})) {
    if (value !== undefined) {
      details[name] = value instanceof Payload ? value.text : value;
    }
  }
  const { id, previousEventId, timestampMs, type } = event;
  return [id, previousEventId, timestampMs, type, event.details === undefined ? null : details];
}
