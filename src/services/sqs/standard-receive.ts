/**
 * Handing out messages of a standard queue: from the front of the queue, or in a queue with message
 * groups from the lanes of those whose turn it is.
 */
import type { WriteTx } from "../../store/store.ts";
import { buriedRow, deadLetterQueueFor, noteMove } from "./dead-letter.ts";
import { countInFlight, enterLane, leaveLane, nextGroup, waitingIn } from "./fair-lane.ts";
import { type Pile, pileOf, pilePrefix, placeOf, queueTopic } from "./keys.ts";
import { RECEIVE_ROWS_MAX, SWEEP_ROWS_MAX } from "./limits.ts";
import { locatorOf } from "./locator.ts";
import { decodeContent } from "./message.ts";
import { contentOf, decodeRow, detachRow, receivedRow, writeRow } from "./message-row.ts";
import type { ReceivedMessage, ReceiveOptions, Reception } from "./message-store.ts";
import { isExpired, type Queue, queueArn } from "./queue.ts";
import { admit, discard, type Located, withdraw } from "./standard-place.ts";

export function receiveInOrder(
  tx: WriteTx,
  queue: Queue,
  { messagesMax, visibilityTimeoutSeconds }: ReceiveOptions,
): Reception {
  const messages: ReceivedMessage[] = [];
  const pile = pileOf(queue);
  const hiddenUntilMs = tx.nowMs + visibilityTimeoutSeconds * 1000;
  let nextVisibleMs = Number.POSITIVE_INFINITY;
  let rowCount = 0;
  for (const entry of tx.range({ prefix: pilePrefix(pile) })) {
    const place = placeOf(pile, entry.key);
    if (place.visibleAtMs > tx.nowMs) {
      nextVisibleMs = place.visibleAtMs;
      break;
    }
    if (messages.length === messagesMax || rowCount === RECEIVE_ROWS_MAX) {
      return { messages, isMore: true, nextVisibleMs: tx.nowMs };
    }
    rowCount += 1;
    const message = handOut(tx, queue, { place, row: decodeRow(entry.value) }, hiddenUntilMs);
    if (message !== undefined) {
      messages.push(message);
    }
  }
  const isAnyHidden = messages.length > 0 && hiddenUntilMs < nextVisibleMs;
  return { messages, isMore: false, nextVisibleMs: isAnyHidden ? hiddenUntilMs : nextVisibleMs };
}

export function receiveFairly(tx: WriteTx, queue: Queue, options: ReceiveOptions): Reception {
  const { messagesMax, visibilityTimeoutSeconds } = options;
  const messages: ReceivedMessage[] = [];
  const pile = pileOf(queue);
  const hiddenUntilMs = tx.nowMs + visibilityTimeoutSeconds * 1000;
  sweep(tx, pile);
  let group = nextGroup(tx, pile);
  for (let rowCount = 0; group !== undefined && messages.length < messagesMax; rowCount += 1) {
    if (rowCount === RECEIVE_ROWS_MAX) {
      break;
    }
    const [first] = waitingIn(tx, pile, group, 1);
    if (first === undefined) {
      break;
    }
    const { place: lane, row } = first;
    const message = handOut(tx, queue, { place: lane, lane, row }, hiddenUntilMs);
    if (message !== undefined) {
      messages.push(message);
    }
    group = nextGroup(tx, pile);
  }
  const nextVisibleMs = firstOnAxis(tx, pile);
  return {
    messages,
    isMore: group !== undefined || nextVisibleMs <= tx.nowMs,
    nextVisibleMs,
  };
}

/** What has become visible on the axis enters its lane. */
function sweep(tx: WriteTx, pile: Pile): void {
  const entries = [...tx.range({ prefix: pilePrefix(pile), limit: SWEEP_ROWS_MAX })];
  for (const entry of entries) {
    const place = placeOf(pile, entry.key);
    if (place.visibleAtMs > tx.nowMs) {
      return;
    }
    const row = decodeRow(entry.value);
    tx.delete(entry.key);
    if (row.counted) {
      countInFlight(tx, pile, row.group, -1);
    }
    enterLane(tx, place, { ...row, counted: false });
  }
}

function firstOnAxis(tx: WriteTx, pile: Pile): number {
  for (const entry of tx.range({ prefix: pilePrefix(pile), limit: 1 })) {
    return placeOf(pile, entry.key).visibleAtMs;
  }
  return Number.POSITIVE_INFINITY;
}

/** `undefined` when the message has expired or went to the dead-letter queue instead. */
function handOut(
  tx: WriteTx,
  queue: Queue,
  located: Located,
  hiddenUntilMs: number,
): ReceivedMessage | undefined {
  if (isExpired(queue, located.row.sentMs, tx.nowMs)) {
    discard(tx, located);
    return undefined;
  }
  return isBuried(tx, queue, located) ? undefined : take(tx, queue, located, hiddenUntilMs);
}

function take(
  tx: WriteTx,
  queue: Queue,
  { place, lane, row }: Located,
  visibleAtMs: number,
): ReceivedMessage {
  const { queueId, generation, messageKey } = place;
  const content = decodeContent(contentOf(tx, messageKey, row));
  const counted = queue.hasGroups === true;
  const taken = { ...receivedRow(row, tx.nowMs), counted };
  leave(tx, { place, row, ...(lane && { lane }) });
  if (counted) {
    countInFlight(tx, place, row.group, 1);
  }
  writeRow(tx, { queueId, generation, messageKey, visibleAtMs }, taken);
  return {
    content,
    receipt: {
      queueId,
      generation,
      messageKey,
      receiveCount: taken.receiveCount,
      receivedMs: tx.nowMs,
      locator: locatorOf(queue, visibleAtMs, row),
    },
    sentMs: row.sentMs,
    firstReceivedMs: taken.firstReceivedMs,
    receiveCount: taken.earlierReceiveCount + taken.receiveCount,
    deadLetterSourceArn: row.deadLetterSourceArn,
  };
}

/** From where it waited to where it is hidden: within its queue. */
function leave(tx: WriteTx, { place, lane, row }: Located): void {
  if (lane !== undefined) {
    leaveLane(tx, lane);
  }
  detachRow(tx, place, row);
}

function isBuried(tx: WriteTx, queue: Queue, located: Located): boolean {
  const { place, row } = located;
  const target = deadLetterQueueFor(tx, queue, row);
  if (target === undefined) {
    return false;
  }
  withdraw(tx, located);
  admit(tx, target, {
    messageKey: place.messageKey,
    visibleAtMs: tx.nowMs,
    row: buriedRow(row, queueArn(queue)),
  });
  const { trace } = decodeContent(contentOf(tx, place.messageKey, row));
  noteMove(tx, { from: queue, to: target, trace });
  tx.signal(queueTopic(target.id));
  return true;
}
