/**
 * Where the messages of a standard queue are: on the axis of the queue, ordered by the time from
 * which they are visible, or, once visible in a queue with message groups, in the lane of a group.
 */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { countLanded, enterLane, leaveLane, readLane } from "./fair-lane.ts";
import { type LanePlace, movedMessages, type Pile, type Place, pileOf } from "./keys.ts";
import { splitLocator } from "./locator.ts";
import {
  detachRow,
  forgetMove,
  type MessageRow,
  readRow,
  removeContent,
  writeRow,
} from "./message-row.ts";
import { addToTotal } from "./message-total.ts";
import { findQueue, type Queue, saveQueue } from "./queue.ts";
import type { Receipt } from "./receipt-handle.ts";

export interface Located {
  readonly place: Place;
  /** Where it waits, when that is a lane. */
  readonly lane?: LanePlace;
  readonly row: MessageRow;
}

/** A message comes in: sent, or moved from another queue. Its content is stored. */
export function admit(
  tx: WriteTx,
  queue: Queue,
  arrival: { readonly messageKey: string; readonly visibleAtMs: number; readonly row: MessageRow },
): void {
  const { row, messageKey, visibleAtMs } = arrival;
  const place = { visibleAtMs, messageKey, ...pileOf(queue) };
  const isFair = queue.hasGroups === true || row.group !== "";
  if (isFair && queue.hasGroups !== true) {
    markFair(tx, queue);
  }
  if (isFair && visibleAtMs <= tx.nowMs) {
    enterLane(tx, place, row);
  } else {
    writeRow(tx, place, row);
  }
  addToTotal(tx, place, messageKey, 1);
}

/** A batch holds the queue as it was before its first message. */
function markFair(tx: WriteTx, queue: Queue): void {
  const current = findQueue(tx, queue);
  if (current !== undefined && current.hasGroups !== true) {
    saveQueue(tx, { ...current, hasGroups: true });
  }
}

/** Takes a message out of its queue; its content stays for where it goes. */
export function withdraw(tx: WriteTx, { place, lane, row }: Located): void {
  if (lane === undefined) {
    detachRow(tx, place, row);
  } else {
    leaveLane(tx, lane);
    forgetMove(tx, place.messageKey, row);
  }
  if (row.counted) {
    countLanded(tx, place, row.group);
  }
  addToTotal(tx, place, place.messageKey, -1);
}

/** Removes a message for good. */
export function discard(tx: WriteTx, located: Located): void {
  withdraw(tx, located);
  removeContent(tx, located.place.messageKey, located.row);
}

/** The message a receipt is good for; none once it is gone or was received again. */
export function locate(tx: ReadTx, pile: Pile, receipt: Receipt): Located | undefined {
  if (receipt.generation !== pile.generation) {
    return undefined;
  }
  const { messageKey, locator } = receipt;
  const { visibleAtMs: hiddenUntilMs, group } = splitLocator(locator);
  const visibleAtMs = movedMessages.get(tx, [messageKey]) ?? hiddenUntilMs;
  const place = { visibleAtMs, messageKey, ...pile };
  const located = find(tx, place, group);
  return located?.row.receiveCount === receipt.receiveCount ? located : undefined;
}

function find(tx: ReadTx, place: Place, group: string): Located | undefined {
  const row = readRow(tx, place);
  if (row !== undefined) {
    return { place, row };
  }
  const lane = { group, ...place };
  const waiting = readLane(tx, lane);
  return waiting && { place, lane, row: waiting };
}
