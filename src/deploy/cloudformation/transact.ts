/** Reading a stack's state, and committing a step: record, resources, work and history at once. */
import { assert } from "../../base/assert.ts";
import type { ValueObject } from "../../languages/template/value.ts";
import type { Random } from "../../platform/random.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { resourceTypeOf } from "../resources/registry.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { restTopic } from "./answer-grace.ts";
import {
  exportRows,
  FORGET_TIMER,
  history,
  importRows,
  resources,
  revisions,
  stackNames,
  stacks,
  WORK_TOPIC,
  workRows,
} from "./keys.ts";
import { DELETED_STACK_KEPT_MS } from "./limits.ts";
import {
  type HistoryEntry,
  isInProgress,
  type ResourceRecord,
  type StackEvent,
  type StackRecord,
  type StackState,
} from "./state.ts";
import { step } from "./step.ts";
import type { StepPorts } from "./transition.ts";

const SUFFIX_LENGTH = 12;
const SUFFIX_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export interface StackKey {
  readonly accountId: string;
  readonly region: string;
  readonly id: string;
}

export function loadState(tx: ReadTx, key: StackKey): StackState | undefined {
  const stack = stacks.get(tx, [key.accountId, key.region, key.id]);
  const target = stack && revisions.get(tx, [key.id, stack.revision]);
  if (stack === undefined || target === undefined) {
    return undefined;
  }
  const rows = new Map<string, ResourceRecord>();
  for (const { record } of resources.list(tx, { prefix: [key.id] })) {
    rows.set(record.logicalId, record);
  }
  return {
    stack,
    target,
    stable: revisions.get(tx, [key.id, stack.stableRevision]),
    resources: rows,
  };
}

/** Takes the stack through `event` and writes what came of it. */
export function transact(tx: WriteTx, before: StackState, event: StackEvent): StackState {
  const { state, history: entries } = step(before, event, stepPorts(tx, before.stack));
  const ended = isInProgress(state.stack.status) ? state : endOperation(tx, state);
  const stack = writeHistory(tx, ended.stack, entries);
  writeResources(tx, before, ended);
  writeExports(tx, before.stack, stack);
  stacks.put(tx, [stack.accountId, stack.region, stack.id], stack);
  return { ...ended, stack };
}

function stepPorts(tx: WriteTx, stack: StackRecord): StepPorts {
  const place = [stack.accountId, stack.region];
  return {
    nowMs: tx.nowMs,
    typeOf(name) {
      const type = resourceTypeOf(name);
      assert(type !== undefined, `no resource type ${name}`);
      return type;
    },
    uniqueName: (logicalId, type, properties) =>
      uniqueName({ stackName: stack.name, logicalId, type, properties, random: tx.random }),
    otherExporter(exportName) {
      const row = exportRows.get(tx, [...place, exportName]);
      return row === undefined || row.stackId === stack.id ? undefined : row.stackName;
    },
    importers: (exportName) => importersOf(tx, stack, exportName),
  };
}

export function importersOf(
  tx: ReadTx,
  place: { readonly accountId: string; readonly region: string },
  exportName: string,
): readonly string[] {
  const prefix = [place.accountId, place.region, exportName];
  return [...importRows.list(tx, { prefix })].map(({ record }) => record);
}

/** `stack-LogicalId-1A2b3C4d5E6f`: what has to go to fit goes from the first two, in halves. */
export function uniqueName(options: {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: ResourceType;
  readonly properties: ValueObject;
  readonly random: Random;
}): string {
  const { stackName, logicalId, type, properties, random } = options;
  const suffix = Array.from(
    { length: SUFFIX_LENGTH },
    () => SUFFIX_LETTERS[Math.floor(random.next() * SUFFIX_LETTERS.length)],
  ).join("");
  const lengthMax = type.physicalName?.lengthMax ?? Number.POSITIVE_INFINITY;
  const room = lengthMax - SUFFIX_LENGTH - 2;
  const fits = stackName.length + logicalId.length <= room;
  const stackPart = fits ? stackName : stackName.slice(0, Math.floor(room / 2));
  const logicalPart = fits ? logicalId : logicalId.slice(0, room - stackPart.length);
  const name = `${stackPart}-${logicalPart}-${suffix}`;
  return type.physicalName?.adapt?.(name, properties) ?? name;
}

/** Gives the stack back with the time of its latest event, later than any before. */
export function writeHistory(
  tx: WriteTx,
  stack: StackRecord,
  entries: readonly HistoryEntry[],
): StackRecord {
  let { lastEventMs } = stack;
  for (const entry of entries) {
    lastEventMs = Math.max(lastEventMs + 1, tx.nowMs);
    const uuid = tx.random.uuid();
    const eventId = entry.physicalId === stack.id ? uuid : `${entry.logicalId}-${uuid}`;
    history.put(tx, [stack.id, tx.orderedId()], { ...entry, eventId, timestampMs: lastEventMs });
  }
  return { ...stack, lastEventMs };
}

function writeResources(tx: WriteTx, before: StackState, after: StackState): void {
  const { id, accountId, region } = after.stack;
  for (const [logicalId, record] of after.resources) {
    const earlier = before.resources.get(logicalId);
    if (record === earlier) {
      continue;
    }
    resources.put(tx, [id, logicalId], record);
    if (record.work === undefined) {
      workRows.delete(tx, [id, logicalId]);
    } else if (record.work.id !== earlier?.work?.id) {
      workRows.put(tx, [id, logicalId], { workId: record.work.id, accountId, region });
      tx.signal(WORK_TOPIC);
    }
  }
  for (const logicalId of before.resources.keys()) {
    if (!after.resources.has(logicalId)) {
      resources.delete(tx, [id, logicalId]);
      workRows.delete(tx, [id, logicalId]);
    }
  }
}

function writeExports(tx: WriteTx, before: StackRecord, after: StackRecord): void {
  if (before.outputs === after.outputs) {
    return;
  }
  const place = [after.accountId, after.region];
  for (const { exportName } of before.outputs) {
    if (exportName !== undefined) {
      exportRows.delete(tx, [...place, exportName]);
    }
  }
  for (const { exportName, value, shown } of after.outputs) {
    if (exportName !== undefined) {
      const row = { stackId: after.id, stackName: after.name, value, shown };
      exportRows.put(tx, [...place, exportName], row);
    }
  }
}

/** Keeps what the stack now stands on and forgets the rest of the operation. */
function endOperation(tx: WriteTx, state: StackState): StackState {
  const { stack } = state;
  const gone = stack.status === "DELETE_COMPLETE";
  const kept = new Set([stack.revision, stack.stableRevision]);
  for (const { record } of [...revisions.list(tx, { prefix: [stack.id] })]) {
    if (!kept.has(record.number)) {
      revisions.delete(tx, [stack.id, record.number]);
    }
  }
  tx.signal(restTopic(stack.id));
  const changed = registerImports(tx, stack, gone ? [] : importsOf(state));
  if (gone) {
    stackNames.delete(tx, [stack.accountId, stack.region, stack.name]);
    const key = [stack.accountId, stack.region, stack.id];
    tx.after({ dueMs: tx.nowMs + DELETED_STACK_KEPT_MS, kind: FORGET_TIMER, key });
  }
  return { ...state, stack: changed };
}

function importsOf({ stack, target, stable }: StackState): readonly string[] {
  const alsoStable = stack.revision === stack.stableRevision ? [] : (stable?.imports ?? []);
  return [...new Set([...target.imports, ...alsoStable])];
}

/** Makes the rows of what a stack imports be these. */
export function registerImports(
  tx: WriteTx,
  stack: StackRecord,
  imports: readonly string[],
): StackRecord {
  const place = [stack.accountId, stack.region];
  for (const name of stack.imports) {
    if (!imports.includes(name)) {
      importRows.delete(tx, [...place, name, stack.id]);
    }
  }
  for (const name of imports) {
    importRows.put(tx, [...place, name, stack.id], stack.name);
  }
  return { ...stack, imports };
}
