/**
 * What happens to messages behind their queue's back: those of a purged or deleted queue are removed
 * in slices, and so are those whose retention has ended though nobody receives. Both are durable
 * timers, so a restart takes up where it was.
 */
import type { Timer, WriteTx } from "../../store/store.ts";
import { forgetAll } from "./brief.ts";
import { type Pile, pileOf } from "./keys.ts";
import { REMOVAL_ROWS_MAX } from "./limits.ts";
import { messageStoreOf } from "./message-store.ts";
import { findQueue, type Queue, type QueueName, retentionMs, saveQueue } from "./queue.ts";

export const REMOVAL_TIMER = "sqs.removal";
export const RETENTION_TIMER = "sqs.retention";

/** Between slices others get their turn. */
const SLICE_INTERVAL_MS = 1;

interface Removal {
  /** As it was: its generation is the one whose messages go. */
  readonly queue: Queue;
  readonly isQueueGone: boolean;
}

/** Removes the messages a purge has put out of reach. */
export function removePurged(tx: WriteTx, queue: Queue): void {
  removeLater(tx, { queue, isQueueGone: false });
}

/** Removes all that a deleted queue leaves behind. */
export function removeDeleted(tx: WriteTx, queue: Queue): void {
  tx.cancel({ dueMs: queue.retentionDueMs, kind: RETENTION_TIMER, key: [queue.id] });
  removeLater(tx, { queue, isQueueGone: true });
}

function removeLater(tx: WriteTx, removal: Removal): void {
  const pile: Pile = pileOf(removal.queue);
  const key = [pile.queueId, pile.generation];
  tx.after({ dueMs: tx.nowMs, kind: REMOVAL_TIMER, key, payload: removal });
}

export function runRemoval(tx: WriteTx, timer: Timer): void {
  const { queue, isQueueGone } = timer.payload as Removal;
  const messageCount = messageStoreOf(queue).clear(tx, pileOf(queue), REMOVAL_ROWS_MAX);
  const briefCount = isQueueGone ? forgetAll(tx, queue.id, REMOVAL_ROWS_MAX) : 0;
  if (Math.max(messageCount, briefCount) === REMOVAL_ROWS_MAX) {
    tx.after({ ...timer, dueMs: tx.nowMs + SLICE_INTERVAL_MS });
  }
}

/** Arms the timer for when the oldest message a queue can have now would expire. */
export function watchRetention(tx: WriteTx, queue: Queue): Queue {
  return scheduleRetention(tx, queue, tx.nowMs + retentionMs(queue));
}

/** The same after the retention has changed: what is already there may expire at once. */
export function rewatchRetention(tx: WriteTx, queue: Queue): Queue {
  tx.cancel({ dueMs: queue.retentionDueMs, kind: RETENTION_TIMER, key: [queue.id] });
  return scheduleRetention(tx, queue, tx.nowMs + SLICE_INTERVAL_MS);
}

export function runRetention(tx: WriteTx, timer: Timer): void {
  const queue = findQueue(tx, timer.payload as QueueName);
  if (queue === undefined || queue.retentionDueMs !== timer.dueMs) {
    return;
  }
  const nextMs = messageStoreOf(queue).removeExpired(tx, queue, REMOVAL_ROWS_MAX);
  saveQueue(tx, scheduleRetention(tx, queue, Math.max(nextMs, tx.nowMs + SLICE_INTERVAL_MS)));
}

function scheduleRetention(tx: WriteTx, queue: Queue, dueMs: number): Queue {
  const { region, accountId, name } = queue;
  const payload: QueueName = { region, accountId, name };
  tx.after({ dueMs, kind: RETENTION_TIMER, key: [queue.id], payload });
  return { ...queue, retentionDueMs: dueMs };
}
