/**
 * Handing out messages of a standard queue: from the front of the queue, or in a queue with message
 * groups from the lanes of those whose turn it is.
 */
import type { WriteTx } from "../../store/store.ts";
import { buriedRow, deadLetterQueueFor, noteMove } from "./dead-letter.ts";
import { countLanded, enterLane, isAnyWaiting, LaneTurns } from "./fair-lane.ts";
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
  const turns = new LaneTurns(tx, pile, messagesMax);
  for (let rowCount = 0; messages.length < messagesMax; rowCount += 1) {
    const waiting = rowCount === RECEIVE_ROWS_MAX ? undefined : turns.take();
    if (waiting === undefined) {
      break;
    }
    const message = handOut(tx, queue, waiting, hiddenUntilMs);
    if (message !== undefined) {
      turns.countTaken(waiting.row.group);
      messages.push(message);
    }
  }
  turns.save();
  const nextVisibleMs = firstOnAxis(tx, pile);
  const isMore = isAnyWaiting(tx, pile) || nextVisibleMs <= tx.nowMs;
  return { messages, isMore, nextVisibleMs };
}

/** What has become visible on the axis enters its lane. */
function sweep(tx: WriteTx, pile: Pile): void {
  const prefix = pilePrefix(pile);
  const until = [...prefix, tx.nowMs + 1];
  for (const entry of [...tx.range({ prefix, until, limit: SWEEP_ROWS_MAX })]) {
    const place = placeOf(pile, entry.key);
    const row = decodeRow(entry.value);
    tx.delete(entry.key);
    if (row.counted) {
      countLanded(tx, pile, row.group);
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

/**
 * Hands out a message from the axis, or one that was taken out of its lane; `undefined` when it has
 * expired or went to the dead-letter queue instead.
 */
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
  { place, row }: Located,
  visibleAtMs: number,
): ReceivedMessage {
  const { queueId, generation, messageKey } = place;
  const content = decodeContent(contentOf(tx, messageKey, row));
  const counted = queue.hasGroups === true;
  const taken = { ...receivedRow(row, tx.nowMs), counted };
  detachRow(tx, place, row);
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
