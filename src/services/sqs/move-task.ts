/**
 * Message move tasks: the messages of a dead-letter queue go back to the queues they came from, or to
 * another one. A task is a row and a timer, each slice of it a transaction that moves messages and
 * arms the next timer, so a crash at any moment moves none twice and loses none.
 *
 * Invariants:
 * M1  A task moves what was visible when it started, oldest first; what is in flight then, or comes
 *     later, stays. So it ends, also when its destination sends messages back.
 * M2  A moved message is a new one: new id, sent now, received by nobody.
 * M3  A message that cannot be moved ends the task, and stays where it is.
 * M4  With a rate, no second has more messages than that, also after the engine was away.
 *
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
import { parseArn } from "../../base/arn.ts";
import { type Collection, collection } from "../../store/collection.ts";
import type { ReadTx, Timer, WriteTx } from "../../store/store.ts";
import { noteMove } from "./dead-letter.ts";
import {
  MOVE_SLICES_PER_SECOND,
  MOVE_TASK_MS_MAX,
  MOVE_TASKS_KEPT,
  MOVED_PER_SLICE_MAX,
} from "./limits.ts";
import { decodeContent, type MessageContent } from "./message.ts";
import { attributesSizeBytes } from "./message-attributes.ts";
import { contentOf } from "./message-row.ts";
import { messageStoreOf, type WaitingMessage } from "./message-store.ts";
import { findQueue, isExpired, type Queue, type QueueName, queueNameOfArn } from "./queue.ts";

export interface MoveTask {
  readonly source: QueueName;
  readonly status: "RUNNING" | "COMPLETED" | "CANCELLING" | "CANCELLED" | "FAILED";
  /** Absent: each message goes where it came from. */
  readonly destinationArn?: string | undefined;
  readonly messagesPerSecondMax?: number | undefined;
  readonly startedMs: number;
  /** As counted at the start. */
  readonly toMoveCount: number;
  readonly movedCount: number;
  readonly failureReason?: string | undefined;
  /** When its timer is due. */
  readonly dueMs: number;
}

/** By source queue id and task id. */
const tasks: Collection<MoveTask> = collection("sqs", "move-task");
/** Those that run, by region, account and source queue id; the value is the task id. */
const moving: Collection<string> = collection("sqs", "moving");

export const MOVE_TIMER = "sqs.move";
/** Between slices others get their turn. */
const SLICE_INTERVAL_MS = 1;

interface MovePayload {
  readonly source: QueueName;
  readonly taskId: string;
}

export function startMove(
  tx: WriteTx,
  queue: Queue,
  order: Pick<MoveTask, "destinationArn" | "messagesPerSecondMax" | "toMoveCount">,
): string {
  const taskId = tx.orderedId();
  const source = { region: queue.region, accountId: queue.accountId, name: queue.name };
  const task: MoveTask = {
    ...order,
    source,
    status: "RUNNING",
    startedMs: tx.nowMs,
    movedCount: 0,
    dueMs: tx.nowMs,
  };
  forgetOldest(tx, queue.id);
  moving.put(tx, [queue.region, queue.accountId, queue.id], taskId);
  arm(tx, queue.id, taskId, task);
  return taskId;
}

export function isMoving(tx: ReadTx, queue: Queue): boolean {
  return moving.get(tx, [queue.region, queue.accountId, queue.id]) !== undefined;
}

export function movingCount(tx: ReadTx, { region, accountId }: Queue, limit: number): number {
  return [...moving.list(tx, { prefix: [region, accountId], limit })].length;
}

export function findTask(tx: ReadTx, queue: Queue, taskId: string): MoveTask | undefined {
  return tasks.get(tx, [queue.id, taskId]);
}

/** The latest first. */
export function latestTasks(
  tx: ReadTx,
  queue: Queue,
  limit: number,
): readonly { readonly taskId: string; readonly task: MoveTask }[] {
  const found = [...tasks.list(tx, { prefix: [queue.id], reverse: true, limit })];
  return found.map(({ id, record }) => ({ taskId: id[1] as string, task: record }));
}

/** The next slice finds it cancelled, and is due at once. */
export function cancelMove(tx: WriteTx, queue: Queue, taskId: string, task: MoveTask): void {
  tx.cancel({ dueMs: task.dueMs, kind: MOVE_TIMER, key: [queue.id, taskId] });
  arm(tx, queue.id, taskId, { ...task, status: "CANCELLING", dueMs: tx.nowMs });
}

/** The queue is deleted. */
export function forgetMoves(tx: WriteTx, queue: Queue): void {
  for (const { taskId, task } of latestTasks(tx, queue, MOVE_TASKS_KEPT + 1)) {
    tx.cancel({ dueMs: task.dueMs, kind: MOVE_TIMER, key: [queue.id, taskId] });
    tasks.delete(tx, [queue.id, taskId]);
  }
  moving.delete(tx, [queue.region, queue.accountId, queue.id]);
}

export function runMove(tx: WriteTx, timer: Timer): void {
  const { source, taskId } = timer.payload as MovePayload;
  const queue = findQueue(tx, source);
  const task = queue && findTask(tx, queue, taskId);
  if (queue === undefined || task === undefined || task.dueMs !== timer.dueMs) {
    return;
  }
  if (task.status === "CANCELLING") {
    finish(tx, queue, taskId, { ...task, status: "CANCELLED" });
  } else if (task.status === "RUNNING") {
    runSlice(tx, queue, taskId, task);
  }
}

function runSlice(tx: WriteTx, queue: Queue, taskId: string, task: MoveTask): void {
  if (tx.nowMs - task.startedMs > MOVE_TASK_MS_MAX) {
    const failureReason = "The task ran for longer than 36 hours.";
    finish(tx, queue, taskId, { ...task, status: "FAILED", failureReason });
    return;
  }
  const { sliceMax, intervalMs } = paceOf(task.messagesPerSecondMax);
  const options = { throughMs: task.startedMs, limit: sliceMax };
  const waiting = messageStoreOf(queue).waiting(tx, queue, options);
  const { movedCount, failureReason } = moveAll(tx, queue, task, waiting);
  const progressed = { ...task, movedCount: task.movedCount + movedCount };
  if (failureReason !== undefined) {
    finish(tx, queue, taskId, { ...progressed, status: "FAILED", failureReason });
  } else if (waiting.length < sliceMax) {
    finish(tx, queue, taskId, { ...progressed, status: "COMPLETED" });
  } else {
    arm(tx, queue.id, taskId, { ...progressed, dueMs: tx.nowMs + intervalMs });
  }
}

/** How many messages a slice moves, and how long after it the next one comes. */
function paceOf(messagesPerSecondMax: number | undefined): {
  readonly sliceMax: number;
  readonly intervalMs: number;
} {
  if (messagesPerSecondMax === undefined) {
    return { sliceMax: MOVED_PER_SLICE_MAX, intervalMs: SLICE_INTERVAL_MS };
  }
  const sliceMax = Math.ceil(messagesPerSecondMax / MOVE_SLICES_PER_SECOND);
  return { sliceMax, intervalMs: Math.ceil((sliceMax * 1000) / messagesPerSecondMax) };
}

interface Progress {
  readonly movedCount: number;
  readonly failureReason?: string;
}

function moveAll(
  tx: WriteTx,
  queue: Queue,
  task: MoveTask,
  waiting: readonly WaitingMessage[],
): Progress {
  let movedCount = 0;
  for (const message of waiting) {
    if (isExpired(queue, message.row.sentMs, tx.nowMs)) {
      message.remove(tx);
      continue;
    }
    const failureReason = moveOne(tx, queue, task, message);
    if (failureReason !== undefined) {
      return { movedCount, failureReason };
    }
    movedCount += 1;
  }
  return { movedCount };
}

/** Why it cannot be moved, if so. */
function moveOne(
  tx: WriteTx,
  queue: Queue,
  task: MoveTask,
  message: WaitingMessage,
): string | undefined {
  const arn = parseArn(task.destinationArn ?? message.row.deadLetterSourceArn);
  if (arn === undefined) {
    return "CouldNotDetermineMessageSource";
  }
  const destination = findQueue(tx, queueNameOfArn(arn));
  if (destination === undefined) {
    return "AWS.SimpleQueueService.NonExistentQueue";
  }
  if (!isSameKind(queue, destination)) {
    return "The destination queue is of another type than the source queue.";
  }
  const content = decodeContent(contentOf(tx, message.messageKey, message.row));
  if (sizeOf(content) > destination.settings.maximumMessageSizeBytes) {
    return "A message is longer than the destination queue allows.";
  }
  message.remove(tx);
  const moved = { ...content, messageId: tx.random.uuid() };
  messageStoreOf(destination).send(tx, destination, { content: moved, delaySeconds: undefined });
  noteMove(tx, { from: queue, to: destination, trace: content.trace });
  return undefined;
}

export function isSameKind(a: Queue, b: Queue): boolean {
  return (a.settings.fifo === undefined) === (b.settings.fifo === undefined);
}

function sizeOf({ body, attributes }: MessageContent): number {
  return Buffer.byteLength(body) + attributesSizeBytes(attributes);
}

function arm(tx: WriteTx, queueId: string, taskId: string, task: MoveTask): void {
  tasks.put(tx, [queueId, taskId], task);
  const payload: MovePayload = { source: task.source, taskId };
  tx.after({ dueMs: task.dueMs, kind: MOVE_TIMER, key: [queueId, taskId], payload });
}

function finish(tx: WriteTx, queue: Queue, taskId: string, task: MoveTask): void {
  tasks.put(tx, [queue.id, taskId], task);
  moving.delete(tx, [queue.region, queue.accountId, queue.id]);
}

/** Makes room for one more. */
function forgetOldest(tx: WriteTx, queueId: string): void {
  const found = [...tasks.list(tx, { prefix: [queueId] })];
  for (const { id } of found.slice(0, Math.max(0, found.length - MOVE_TASKS_KEPT + 1))) {
    tasks.delete(tx, id);
  }
}
