/** Receipt handles: opaque to clients, to us where a message's row is and which receive it was. */
import { fromBase64, latin1Decode, latin1Encode, toBase64 } from "../../base/bytes.ts";
import { receiptHandleIsInvalid } from "./errors.ts";
import type { Pile } from "./keys.ts";
import { isLocator } from "./locator.ts";
import type { Queue } from "./queue.ts";

export interface Receipt extends Pile {
  readonly messageKey: string;
  /** Only the last receive's handle is good: of the queue's receives of the message, which one. */
  readonly receiveCount: number;
  readonly receivedMs: number;
  /** What else finds the row: in a FIFO queue its group, in a standard queue as in `locator.ts`. */
  readonly locator: string;
}

/** The first field: tells a handle from base64 of something else. */
const MARK = "mr1";

export function encodeReceipt(receipt: Receipt): string {
  const { queueId, generation, messageKey, receiveCount, receivedMs, locator } = receipt;
  const fields = [MARK, queueId, generation, messageKey, receiveCount, receivedMs, locator];
  return toBase64(latin1Encode(fields.join(":")));
}

/** Throws `ReceiptHandleIsInvalid` unless the handle is one of this queue. */
export function decodeReceipt(queue: Queue, handle: string): Receipt {
  const fields = latin1Decode(fromBase64(handle)).split(":");
  const [mark, queueId, generation, messageKey, receiveCount, receivedMs, ...locator] = fields;
  const receipt = {
    queueId: queueId ?? "",
    generation: Number(generation),
    messageKey: messageKey ?? "",
    receiveCount: Number(receiveCount),
    receivedMs: Number(receivedMs),
    locator: locator.join(":"),
  };
  const isWhole =
    mark === MARK &&
    Number.isSafeInteger(receipt.generation) &&
    Number.isSafeInteger(receipt.receiveCount) &&
    Number.isSafeInteger(receipt.receivedMs) &&
    (queue.settings.fifo !== undefined || isLocator(receipt.locator));
  if (!isWhole || receipt.queueId !== queue.id) {
    throw receiptHandleIsInvalid(handle);
  }
  return receipt;
}
