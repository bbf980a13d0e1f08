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
 * Q5  In a queue with message groups, one that is noisy waits while others have messages
 *     (`fair-lane.ts`).
 */
import type { Key } from "../../base/ordered-key.ts";
import type { ReadTx } from "../../store/store.ts";
import { clearLanes, waitingGroups, waitingIn } from "./fair-lane.ts";
import {
  lanesPrefix,
  movedMessages,
  pileOf,
  pilePrefix,
  placeOf,
  queueTopic,
  rowKey,
} from "./keys.ts";
import { encodeContent } from "./message.ts";
import {
  decodeRow,
  detachRow,
  forgetMove,
  newRow,
  removeContent,
  withContentStored,
  writeRow,
} from "./message-row.ts";
import type { CountedRow, MessageStore, RowRange, Slice } from "./message-store.ts";
import { forgetTotal } from "./message-total.ts";
import { isExpired, type Queue, retentionMs } from "./queue.ts";
import { admit, discard, type Located, locate } from "./standard-place.ts";
import { receiveFairly, receiveInOrder } from "./standard-receive.ts";

export const standardQueue: MessageStore = {
  send(tx, queue, { content, delaySeconds = queue.settings.delaySeconds }) {
    const messageKey = tx.orderedId();
    const row = newRow(tx.nowMs, encodeContent(content), content.groupId);
    admit(tx, queue, {
      messageKey,
      visibleAtMs: tx.nowMs + delaySeconds * 1000,
      row: withContentStored(tx, messageKey, row),
    });
    tx.signal(queueTopic(queue.id));
    return { messageId: content.messageId };
  },

  receive(tx, queue, options) {
    return queue.hasGroups === true
      ? receiveFairly(tx, queue, options)
      : receiveInOrder(tx, queue, options);
  },

  remove(tx, queue, receipt) {
    const found = locate(tx, pileOf(queue), receipt);
    if (found === undefined) {
      return "not there";
    }
    discard(tx, found);
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

  /** The axis, then the lanes. */
  rows(tx, queue, { after, limit }) {
    const pile = pileOf(queue);
    if (after === undefined || after[1] === "message") {
      const onAxis = sliceOf(tx, pilePrefix(pile), { after, limit });
      if (onAxis.next !== undefined || queue.hasGroups !== true) {
        return onAxis;
      }
      return { ...onAxis, next: lanesPrefix(pile) };
    }
    return sliceOf(tx, lanesPrefix(pile), { after, limit });
  },

  hiddenRows(tx, queue, { after, limit }) {
    const pile = pileOf(queue);
    const start = rowKey({ ...pile, visibleAtMs: tx.nowMs + 1, messageKey: "" });
    return sliceOf(tx, pilePrefix(pile), { after: after ?? start, limit });
  },

  clear(tx, pile, limit) {
    const onAxis = [...tx.range({ prefix: pilePrefix(pile), limit })];
    for (const entry of onAxis) {
      const row = decodeRow(entry.value);
      detachRow(tx, placeOf(pile, entry.key), row);
      removeContent(tx, placeOf(pile, entry.key).messageKey, row);
    }
    const waiting = clearLanes(tx, pile, limit);
    for (const { place, row } of waiting) {
      forgetMove(tx, place.messageKey, row);
      removeContent(tx, place.messageKey, row);
    }
    forgetTotal(tx, pile);
    return Math.max(onAxis.length, waiting.length);
  },

  /**
   * Takes messages from the front while they have been visible for the whole retention, which all
   * of them have outlived for sure. Those received or delayed before come later; until then no
   * receive takes notice of them.
   */
  removeExpired(tx, queue, limit) {
    const keptMs = retentionMs(queue);
    const { found, nextMs } = visibleSince(tx, queue, { throughMs: tx.nowMs - keptMs, limit });
    for (const located of found) {
      discard(tx, located);
    }
    return found.length >= limit ? tx.nowMs : Math.min(nextMs, tx.nowMs) + keptMs;
  },

  waiting(tx, queue, options) {
    return visibleSince(tx, queue, options).found.map((located) => ({
      messageKey: located.place.messageKey,
      row: located.row,
      remove: (tx) => discard(tx, located),
    }));
  },
};

interface Visible {
  /** Those of one lane together, lanes by their first. */
  readonly found: readonly Located[];
  /** When the first that is not among them became visible, or will. */
  readonly nextMs: number;
}

/** Up to `limit` messages that were visible at `throughMs`, oldest first. */
function visibleSince(
  tx: ReadTx,
  queue: Queue,
  { throughMs, limit }: { readonly throughMs: number; readonly limit: number },
): Visible {
  const pile = pileOf(queue);
  const found: Located[] = [];
  let nextMs = Number.POSITIVE_INFINITY;
  for (const entry of tx.range({ prefix: pilePrefix(pile) })) {
    const place = placeOf(pile, entry.key);
    if (place.visibleAtMs > throughMs || found.length === limit) {
      nextMs = place.visibleAtMs;
      break;
    }
    found.push({ place, row: decodeRow(entry.value) });
  }
  for (const { group, firstMs } of queue.hasGroups === true ? waitingGroups(tx, pile) : []) {
    if (firstMs > throughMs || found.length === limit) {
      return { found, nextMs: Math.min(nextMs, firstMs) };
    }
    for (const { place, row } of waitingIn(tx, pile, group, limit - found.length)) {
      if (place.visibleAtMs > throughMs) {
        nextMs = Math.min(nextMs, place.visibleAtMs);
        break;
      }
      found.push({ place, lane: place, row });
    }
  }
  return { found, nextMs };
}

/** Rows of a prefix as counts need them, and where the next slice begins. */
function sliceOf(tx: ReadTx, prefix: Key, { after, limit }: RowRange): Slice {
  const rows: CountedRow[] = [];
  let last: Key | undefined;
  const bound = after !== undefined && after.length > prefix.length ? { after } : {};
  for (const { key, value } of tx.range({ prefix, ...bound, limit })) {
    const { sentMs, receiveCount } = decodeRow(value);
    last = key;
    rows.push({ visibleAtMs: key.at(-2) as number, sentMs, isReceived: receiveCount > 0 });
  }
  return { rows, next: rows.length < limit ? undefined : last };
}
