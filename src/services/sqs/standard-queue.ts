/**
 * The life of a message in a standard queue, inside a transaction: sent, received, hidden again or
 * for longer, deleted, moved to the dead-letter queue, expired.
 *
 * Invariants:
 * Q1  A message is handed out only while visible, and hidden in the transaction that hands it out.
 * Q2  A message whose retention has ended is never handed out.
 * Q3  A message received `maxReceiveCount` times goes to the dead-letter queue at its next receive,
 *     in that transaction, with its id and the time it was sent.
 * Q4  A receipt handle is good until its message is received again.
 */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { buriedRow, deadLetterQueueFor } from "./dead-letter.ts";
import {
  movedMessages,
  type Pile,
  type Place,
  pileOf,
  pilePrefix,
  placeOf,
  queueTopic,
} from "./keys.ts";
import { RECEIVE_ROWS_MAX } from "./limits.ts";
import { decodeContent, encodeContent } from "./message.ts";
import {
  contentOf,
  decodeRow,
  detachRow,
  type MessageRow,
  newRow,
  readRow,
  receivedRow,
  removeRow,
  withContentStored,
  writeRow,
} from "./message-row.ts";
import type { MessageStore, ReceivedMessage } from "./message-store.ts";
import { isExpired, type Queue, queueArn, retentionMs } from "./queue.ts";
import type { Receipt } from "./receipt-handle.ts";

export const standardQueue: MessageStore = {
  send(tx, queue, { content, delaySeconds = queue.settings.delaySeconds }) {
    const place = {
      ...pileOf(queue),
      visibleAtMs: tx.nowMs + delaySeconds * 1000,
      messageKey: tx.orderedId(),
    };
    const row = newRow(tx.nowMs, encodeContent(content));
    writeRow(tx, place, withContentStored(tx, place.messageKey, row));
    tx.signal(queueTopic(queue.id));
    return { messageId: content.messageId };
  },

  receive(tx, queue, { messagesMax, visibilityTimeoutSeconds }) {
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
      const row = decodeRow(entry.value);
      if (isExpired(queue, row.sentMs, tx.nowMs)) {
        removeRow(tx, place, row);
      } else if (!isBuried(tx, queue, place, row)) {
        messages.push(take(tx, place, row, hiddenUntilMs));
      }
    }
    const isAnyHidden = messages.length > 0 && hiddenUntilMs < nextVisibleMs;
    return { messages, isMore: false, nextVisibleMs: isAnyHidden ? hiddenUntilMs : nextVisibleMs };
  },

  remove(tx, queue, receipt) {
    const found = locate(tx, pileOf(queue), receipt);
    if (found === undefined) {
      return "not there";
    }
    removeRow(tx, found.place, found.row);
    return "removed";
  },

  changeVisibility(tx, queue, receipt, timeoutSeconds) {
    const found = locate(tx, pileOf(queue), receipt);
    if (found === undefined || isExpired(queue, found.row.sentMs, tx.nowMs)) {
      return "not available";
    }
    const { place, row } = found;
    if (place.visibleAtMs <= tx.nowMs) {
      return "not in flight";
    }
    const visibleAtMs = tx.nowMs + timeoutSeconds * 1000;
    detachRow(tx, place, row);
    writeRow(tx, { ...place, visibleAtMs }, { ...row, moved: true });
    movedMessages.put(tx, [place.messageKey], visibleAtMs);
    if (visibleAtMs < place.visibleAtMs) {
      tx.signal(queueTopic(queue.id));
    }
    return "changed";
  },

  *rows(tx, pile, { after, limit }) {
    for (const { key, value } of tx.range({ prefix: pilePrefix(pile), after, limit })) {
      const { sentMs, receiveCount } = decodeRow(value);
      const { visibleAtMs } = placeOf(pile, key);
      yield { key, visibleAtMs, sentMs, isReceived: receiveCount > 0 };
    }
  },

  clear(tx, pile, limit) {
    let count = 0;
    for (const entry of tx.range({ prefix: pilePrefix(pile), limit })) {
      removeRow(tx, placeOf(pile, entry.key), decodeRow(entry.value));
      count += 1;
    }
    return count;
  },

  /**
   * Takes rows from the front while they have been visible for the whole retention, which all of
   * them have outlived for sure. Those received or delayed before come later; until then no receive
   * and no count takes notice of them.
   */
  removeExpired(tx, queue, limit) {
    const pile = pileOf(queue);
    let count = 0;
    for (const entry of tx.range({ prefix: pilePrefix(pile) })) {
      const place = placeOf(pile, entry.key);
      const expiresMs = place.visibleAtMs + retentionMs(queue);
      if (expiresMs > tx.nowMs) {
        return expiresMs;
      }
      if (count === limit) {
        return tx.nowMs;
      }
      removeRow(tx, place, decodeRow(entry.value));
      count += 1;
    }
    return tx.nowMs + retentionMs(queue);
  },
};

function take(tx: WriteTx, place: Place, row: MessageRow, visibleAtMs: number): ReceivedMessage {
  const content = decodeContent(contentOf(tx, place.messageKey, row));
  const taken = receivedRow(row, tx.nowMs);
  detachRow(tx, place, row);
  writeRow(tx, { ...place, visibleAtMs }, taken);
  return {
    content,
    receipt: {
      queueId: place.queueId,
      generation: place.generation,
      messageKey: place.messageKey,
      receiveCount: taken.receiveCount,
      receivedMs: tx.nowMs,
      locator: String(visibleAtMs),
    },
    sentMs: row.sentMs,
    firstReceivedMs: taken.firstReceivedMs,
    receiveCount: taken.earlierReceiveCount + taken.receiveCount,
    deadLetterSourceArn: row.deadLetterSourceArn,
  };
}

function isBuried(tx: WriteTx, queue: Queue, place: Place, row: MessageRow): boolean {
  const target = deadLetterQueueFor(tx, queue, row);
  if (target === undefined) {
    return false;
  }
  detachRow(tx, place, row);
  const landing = { ...pileOf(target), visibleAtMs: tx.nowMs, messageKey: place.messageKey };
  writeRow(tx, landing, buriedRow(row, queueArn(queue)));
  tx.signal(queueTopic(target.id));
  return true;
}

interface Located {
  readonly place: Place;
  readonly row: MessageRow;
}

/** The row a receipt is good for; none once the message is gone or was received again. */
function locate(tx: ReadTx, pile: Pile, receipt: Receipt): Located | undefined {
  if (receipt.generation !== pile.generation) {
    return undefined;
  }
  const movedToMs = movedMessages.get(tx, [receipt.messageKey]);
  const place = {
    ...pile,
    visibleAtMs: movedToMs ?? Number(receipt.locator),
    messageKey: receipt.messageKey,
  };
  const row = readRow(tx, place);
  return row?.receiveCount === receipt.receiveCount ? { place, row } : undefined;
}
