/**
 * Message groups: each group that holds messages has one `group-due` row, at the time from which it
 * may hand out its next message. While messages are in flight that is when the last of them becomes
 * visible again; otherwise it is when the first message of the group does.
 */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { decodeFifoRow, readFifoRow } from "./fifo-row.ts";
import { dueGroups, fifoPilePrefix, type GroupState, groups, type Pile } from "./keys.ts";

export interface Group extends Pile {
  readonly group: string;
}

/** A message came in. It counts for a group that is empty; others wait for what is before it. */
export function openGroup(tx: WriteTx, group: Group, visibleAtMs: number): void {
  if (groups.get(tx, groupId(group)) === undefined) {
    save(tx, group, { dueMs: visibleAtMs, inFlight: [] });
  }
}

/** Messages were handed out, or found expired: nothing but `messageKeys` is in flight now. */
export function claimGroup(tx: WriteTx, group: Group, messageKeys: readonly string[]): void {
  settle(tx, group, messageKeys);
}

/** Finds anew when the group is due: a message was deleted or its visibility changed. */
export function settleGroup(tx: WriteTx, group: Group): void {
  settle(tx, group, groups.get(tx, groupId(group))?.inFlight ?? []);
}

function settle(tx: WriteTx, group: Group, claimed: readonly string[]): void {
  const before = groups.get(tx, groupId(group));
  if (before !== undefined) {
    dueGroups.delete(tx, dueId(group, before.dueMs));
  }
  const inFlight: string[] = [];
  let lastVisibleMs = 0;
  for (const messageKey of claimed) {
    const visibleAtMs = readFifoRow(tx, { ...group, messageKey })?.visibleAtMs ?? 0;
    if (visibleAtMs > tx.nowMs) {
      inFlight.push(messageKey);
      lastVisibleMs = Math.max(lastVisibleMs, visibleAtMs);
    }
  }
  const dueMs = inFlight.length > 0 ? lastVisibleMs : firstVisibleMs(tx, group);
  if (dueMs === undefined) {
    groups.delete(tx, groupId(group));
  } else {
    save(tx, group, { dueMs, inFlight });
  }
}

function save(tx: WriteTx, group: Group, state: GroupState): void {
  groups.put(tx, groupId(group), state);
  dueGroups.put(tx, dueId(group, state.dueMs), null);
}

/** `undefined` when the group is empty. */
function firstVisibleMs(tx: ReadTx, group: Group): number | undefined {
  const prefix = [...fifoPilePrefix(group), group.group];
  for (const { value } of tx.range({ prefix, limit: 1 })) {
    return decodeFifoRow(value).visibleAtMs;
  }
  return undefined;
}

function groupId({ queueId, generation, group }: Group): readonly [string, number, string] {
  return [queueId, generation, group];
}

function dueId(
  { queueId, generation, group }: Group,
  dueMs: number,
): readonly [string, number, number, string] {
  return [queueId, generation, dueMs, group];
}
