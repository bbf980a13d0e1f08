/**
 * Receive attempts: a client that did not get the answer of a receive asks again with the same id
 * and gets the same messages, hidden anew, as long as none of them was touched.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html
 */
import type { WriteTx } from "../../store/store.ts";
import { invalidParameter } from "./errors.ts";
import { settleGroup } from "./fifo-group.ts";
import { fifoReceived } from "./fifo-received.ts";
import { readFifoRow, writeFifoRow } from "./fifo-row.ts";
import { pileOf } from "./keys.ts";
import type { ReceiveOptions, Reception } from "./message-store.ts";
import type { Queue } from "./queue.ts";
import type { Receipt } from "./receipt-handle.ts";

export interface Attempt {
  readonly receipts: readonly Receipt[];
}

export function replayAttempt(
  tx: WriteTx,
  queue: Queue,
  { attemptId = "", visibilityTimeoutSeconds }: ReceiveOptions,
  { receipts }: Attempt,
): Reception {
  const visibleAtMs = tx.nowMs + visibilityTimeoutSeconds * 1000;
  const messages = receipts.map((receipt) => {
    const place = { ...pileOf(queue), group: receipt.locator, messageKey: receipt.messageKey };
    const found = readFifoRow(tx, place);
    const isUntouched =
      found !== undefined &&
      receipt.generation === queue.generation &&
      found.row.receiveCount === receipt.receiveCount &&
      found.visibleAtMs > tx.nowMs;
    if (!isUntouched) {
      throw invalidParameter(
        "ReceiveRequestAttemptId",
        attemptId,
        "The receiveRequestAttemptId is not valid anymore since the receive call is not retryable.",
      );
    }
    writeFifoRow(tx, place, { ...found, visibleAtMs });
    settleGroup(tx, place);
    return fifoReceived(tx, found, receipt);
  });
  return { messages, isMore: false, nextVisibleMs: visibleAtMs };
}
