/**
 * The life of a message in a FIFO queue, inside a transaction.
 *
 * Invariants:
 * F1  While messages of a group are in flight no other message of that group is handed out.
 * F2  Messages of a group are handed out in the order in which they were sent.
 * F3  Within five minutes a deduplication id brings one message into its scope.
 * F4  A receipt handle is good until its message is visible again.
 *
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
import { hash } from "node:crypto";
import type { Key } from "../../base/ordered-key.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { recall, remember } from "./brief.ts";
import { buriedRow, deadLetterQueueFor, noteMove } from "./dead-letter.ts";
import { claimGroup, type Group, openGroup, settleGroup } from "./fifo-group.ts";
import { fifoReceived } from "./fifo-received.ts";
import {
  decodeFifoRow,
  type FifoRow,
  insertFifoRow,
  readFifoRow,
  removeFifoRow,
  writeFifoRow,
} from "./fifo-row.ts";
import {
  dueGroups,
  type FifoPlace,
  fifoPilePrefix,
  fifoPlaceOf,
  groups,
  pileOf,
  queueTopic,
} from "./keys.ts";
import { RECEIVE_ROWS_MAX } from "./limits.ts";
import { decodeContent, encodeContent } from "./message.ts";
import { contentOf, newRow, receivedRow, removeContent } from "./message-row.ts";
import type {
  CountedRow,
  MessageStore,
  ReceivedMessage,
  ReceiveOptions,
  SentMessage,
  WaitingMessage,
  WaitingOptions,
} from "./message-store.ts";
import { forgetTotal } from "./message-total.ts";
import { isExpired, type Queue, queueArn, retentionMs } from "./queue.ts";
import type { Receipt } from "./receipt-handle.ts";
import { type Attempt, replayAttempt } from "./receive-attempt.ts";
import { sequenceNumber } from "./sequence-number.ts";

export const fifoQueue: MessageStore = {
  send(tx, queue, { content, delaySeconds = queue.settings.delaySeconds }) {
    const group = content.groupId ?? "";
    const deduplicationId = content.deduplicationId ?? hash("sha256", content.body);
    const scope = queue.settings.fifo?.deduplicationScope === "messageGroup" ? group : "";
    const brief = ["duplicate", scope, deduplicationId] as const;
    const earlier = recall<SentMessage>(tx, queue.id, brief);
    if (earlier !== undefined) {
      return earlier;
    }
    const messageKey = tx.orderedId();
    const sent = { messageId: content.messageId, sequenceNumber: sequenceNumber(messageKey) };
    remember<SentMessage>(tx, queue.id, brief, sent);
    const place = { group, messageKey, ...pileOf(queue) };
    const visibleAtMs = tx.nowMs + delaySeconds * 1000;
    const row = newRow(tx.nowMs, encodeContent({ ...content, deduplicationId }));
    insertFifoRow(tx, place, { visibleAtMs, row });
    openGroup(tx, place, visibleAtMs);
    tx.signal(queueTopic(queue.id));
    return sent;
  },

  receive(tx, queue, options) {
    const { attemptId } = options;
    const attempt = attemptId === undefined ? undefined : (["attempt", attemptId] as const);
    const earlier = attempt && recall<Attempt>(tx, queue.id, attempt);
    if (earlier !== undefined) {
      return replayAttempt(tx, queue, options, earlier);
    }
    const reception = receiveFromGroups(tx, queue, options);
    if (attempt !== undefined && reception.messages.length > 0) {
      const receipts = reception.messages.map((message) => message.receipt);
      remember<Attempt>(tx, queue.id, attempt, { receipts });
    }
    return reception;
  },

  remove(tx, queue, receipt) {
    const place = locate(queue, receipt);
    const found = place && readFifoRow(tx, place);
    if (place === undefined || found === undefined) {
      return "not there";
    }
    if (!isInFlight(found, receipt, tx.nowMs)) {
      return "handle expired";
    }
    removeFifoRow(tx, place, found);
    settleGroup(tx, place);
    tx.signal(queueTopic(queue.id));
    return "removed";
  },

  changeVisibility(tx, queue, receipt, timeoutSeconds) {
    const place = locate(queue, receipt);
    const found = place && readFifoRow(tx, place);
    if (place === undefined || found === undefined) {
      return "not available";
    }
    if (!isInFlight(found, receipt, tx.nowMs)) {
      return "handle expired";
    }
    writeFifoRow(tx, place, { ...found, visibleAtMs: tx.nowMs + timeoutSeconds * 1000 });
    settleGroup(tx, place);
    tx.signal(queueTopic(queue.id));
    return "changed";
  },

  rows(tx, queue, { after, limit }) {
    const rows: CountedRow[] = [];
    let last: Key | undefined;
    for (const { key, value } of tx.range({
      prefix: fifoPilePrefix(pileOf(queue)),
      after,
      limit,
    })) {
      const { visibleAtMs, row } = decodeFifoRow(value);
      last = key;
      rows.push({ visibleAtMs, sentMs: row.sentMs, isReceived: row.receiveCount > 0 });
    }
    return { rows, next: rows.length < limit ? undefined : last };
  },

  /** A slice is that of `limit` groups: those that wait for messages in flight, or for a delay. */
  hiddenRows(tx, queue, { after, limit }) {
    const pile = pileOf(queue);
    const prefix = [pile.queueId, pile.generation];
    const start = after === undefined ? { from: [...prefix, tx.nowMs + 1] } : { after };
    const found = [...dueGroups.list(tx, { prefix, ...start, limit })];
    const rows = found.flatMap(({ id }) => hiddenOfGroup(tx, { ...pile, group: id[3] as string }));
    return { rows, next: found.length < limit ? undefined : found.at(-1)?.id };
  },

  clear(tx, pile, limit) {
    const prefix = [pile.queueId, pile.generation];
    forgetTotal(tx, pile);
    groups.clear(tx, { prefix, limit });
    dueGroups.clear(tx, { prefix, limit });
    let count = 0;
    for (const entry of [...tx.range({ prefix: fifoPilePrefix(pile), limit })]) {
      tx.delete(entry.key);
      removeContent(tx, fifoPlaceOf(pile, entry.key).messageKey, decodeFifoRow(entry.value).row);
      count += 1;
    }
    return count;
  },

  /** Looks at groups whose next message has been due for the whole retention. */
  removeExpired(tx, queue, limit) {
    const pile = pileOf(queue);
    let count = 0;
    for (const { id } of dueGroups.list(tx, { prefix: [pile.queueId, pile.generation] })) {
      const expiresMs = (id[2] as number) + retentionMs(queue);
      if (expiresMs > tx.nowMs) {
        return expiresMs;
      }
      if (count >= limit) {
        return tx.nowMs;
      }
      count += removeExpiredOfGroup(tx, queue, { ...pile, group: id[3] as string }, limit - count);
    }
    return tx.nowMs + retentionMs(queue);
  },

  /** Groups of which messages are in flight keep theirs; within a group the order stays. */
  waiting(tx, queue, { throughMs, limit }) {
    const pile = pileOf(queue);
    const until = [pile.queueId, pile.generation, throughMs + 1];
    const found: WaitingMessage[] = [];
    const due = dueGroups.list(tx, { prefix: [pile.queueId, pile.generation], until, limit });
    for (const { id } of due) {
      const group = { ...pile, group: id[3] as string };
      found.push(...waitingOfGroup(tx, group, { throughMs, limit: limit - found.length }));
      if (found.length === limit) {
        break;
      }
    }
    return found;
  },
};

function waitingOfGroup(
  tx: ReadTx,
  group: Group,
  { throughMs, limit }: WaitingOptions,
): readonly WaitingMessage[] {
  const found: WaitingMessage[] = [];
  for (const entry of tx.range({ prefix: [...fifoPilePrefix(group), group.group], limit })) {
    const place = fifoPlaceOf(group, entry.key);
    const row = decodeFifoRow(entry.value);
    if (row.visibleAtMs > throughMs || row.row.sentMs > throughMs) {
      break;
    }
    found.push({
      messageKey: place.messageKey,
      row: row.row,
      remove(tx) {
        removeFifoRow(tx, place, row);
        settleGroup(tx, group);
      },
    });
  }
  return found;
}

/** Messages of a group that are in flight. */
function hiddenOfGroup(tx: ReadTx, group: Group): readonly CountedRow[] {
  const { queueId, generation } = group;
  const inFlight = groups.get(tx, [queueId, generation, group.group])?.inFlight ?? [];
  const found = inFlight.flatMap((messageKey) => readFifoRow(tx, { ...group, messageKey }) ?? []);
  return found
    .filter(({ visibleAtMs }) => visibleAtMs > tx.nowMs)
    .map(({ visibleAtMs, row }) => ({ visibleAtMs, sentMs: row.sentMs, isReceived: true }));
}

function locate(queue: Queue, receipt: Receipt): FifoPlace | undefined {
  const pile = pileOf(queue);
  return receipt.generation === pile.generation
    ? { ...pile, group: receipt.locator, messageKey: receipt.messageKey }
    : undefined;
}

function isInFlight(found: FifoRow, receipt: Receipt, nowMs: number): boolean {
  return found.row.receiveCount === receipt.receiveCount && found.visibleAtMs > nowMs;
}

function receiveFromGroups(
  tx: WriteTx,
  queue: Queue,
  options: ReceiveOptions,
): ReturnType<MessageStore["receive"]> {
  const messages: ReceivedMessage[] = [];
  const pile = pileOf(queue);
  const hiddenUntilMs = tx.nowMs + options.visibilityTimeoutSeconds * 1000;
  const budget = { messages: options.messagesMax, rows: RECEIVE_ROWS_MAX };
  let nextVisibleMs = Number.POSITIVE_INFINITY;
  for (const { id } of dueGroups.list(tx, { prefix: [pile.queueId, pile.generation] })) {
    const dueMs = id[2] as number;
    if (dueMs > tx.nowMs) {
      nextVisibleMs = dueMs;
      break;
    }
    if (messages.length === options.messagesMax || budget.rows <= 0) {
      return { messages, isMore: true, nextVisibleMs: tx.nowMs };
    }
    const group = { ...pile, group: id[3] as string };
    messages.push(...takeFromGroup(tx, queue, group, { hiddenUntilMs, budget }));
  }
  const isAnyHidden = messages.length > 0 && hiddenUntilMs < nextVisibleMs;
  return { messages, isMore: false, nextVisibleMs: isAnyHidden ? hiddenUntilMs : nextVisibleMs };
}

interface Taking {
  readonly hiddenUntilMs: number;
  /** What is left for this receive. */
  readonly budget: { messages: number; rows: number };
}

/** Takes from the front of a group of which nothing is in flight. */
function takeFromGroup(
  tx: WriteTx,
  queue: Queue,
  group: Group,
  { hiddenUntilMs, budget }: Taking,
): readonly ReceivedMessage[] {
  const taken: ReceivedMessage[] = [];
  for (const entry of tx.range({ prefix: [...fifoPilePrefix(group), group.group] })) {
    const place = fifoPlaceOf(group, entry.key);
    const found = decodeFifoRow(entry.value);
    if (found.visibleAtMs > tx.nowMs || budget.messages === 0 || budget.rows <= 0) {
      break;
    }
    budget.rows -= 1;
    if (isExpired(queue, found.row.sentMs, tx.nowMs)) {
      removeFifoRow(tx, place, found);
    } else if (!isBuried(tx, queue, place, found)) {
      budget.messages -= 1;
      taken.push(take(tx, place, found, hiddenUntilMs));
    }
  }
  claimGroup(
    tx,
    group,
    taken.map((message) => message.receipt.messageKey),
  );
  return taken;
}

function take(
  tx: WriteTx,
  place: FifoPlace,
  { row }: FifoRow,
  visibleAtMs: number,
): ReceivedMessage {
  const taken = receivedRow(row, tx.nowMs);
  writeFifoRow(tx, place, { visibleAtMs, row: taken });
  const receipt = {
    queueId: place.queueId,
    generation: place.generation,
    messageKey: place.messageKey,
    receiveCount: taken.receiveCount,
    receivedMs: tx.nowMs,
    locator: place.group,
  };
  return fifoReceived(tx, { visibleAtMs, row: taken }, receipt);
}

/**
 * A dead letter joins its group's end over there; its retention counts anew, and its deduplication id
 * is now its message id, so that it meets no other message there.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
function isBuried(tx: WriteTx, queue: Queue, place: FifoPlace, found: FifoRow): boolean {
  const target = deadLetterQueueFor(tx, queue, found.row);
  if (target === undefined) {
    return false;
  }
  const sent = decodeContent(contentOf(tx, place.messageKey, found.row));
  const content = encodeContent({ ...sent, deduplicationId: sent.messageId });
  removeFifoRow(tx, place, found);
  const landing = { ...pileOf(target), group: place.group, messageKey: tx.orderedId() };
  const row = { ...buriedRow(found.row, queueArn(queue)), sentMs: tx.nowMs, content };
  insertFifoRow(tx, landing, { visibleAtMs: tx.nowMs, row });
  openGroup(tx, landing, tx.nowMs);
  noteMove(tx, { from: queue, to: target, trace: sent.trace });
  tx.signal(queueTopic(target.id));
  return true;
}

function removeExpiredOfGroup(tx: WriteTx, queue: Queue, group: Group, limit: number): number {
  let count = 0;
  for (const entry of tx.range({ prefix: [...fifoPilePrefix(group), group.group], limit })) {
    const found = decodeFifoRow(entry.value);
    if (!isExpired(queue, found.row.sentMs, tx.nowMs)) {
      break;
    }
    removeFifoRow(tx, fifoPlaceOf(group, entry.key), found);
    count += 1;
  }
  settleGroup(tx, group);
  return count;
}
