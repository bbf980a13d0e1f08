/** What clients do with a message they have received: by its receipt handle. */
import type { WriteTx } from "../../store/store.ts";
import {
  invalidParameter,
  messageNotAvailable,
  messageNotInflight,
  receiptHandleHasExpired,
} from "./errors.ts";
import { VISIBILITY_TIMEOUT_SECONDS_MAX } from "./limits.ts";
import { messageStoreOf } from "./message-store.ts";
import type { Queue } from "./queue.ts";
import { decodeReceipt } from "./receipt-handle.ts";

/** Whether the message was still there. */
export function removeByHandle(tx: WriteTx, queue: Queue, handle: string): boolean {
  const outcome = messageStoreOf(queue).remove(tx, queue, decodeReceipt(queue, handle));
  if (outcome === "handle expired") {
    throw receiptHandleHasExpired(handle);
  }
  return outcome === "removed";
}

export function changeVisibilityByHandle(
  tx: WriteTx,
  queue: Queue,
  { handle, timeoutSeconds }: { readonly handle: string; readonly timeoutSeconds: number },
): void {
  if (!(timeoutSeconds >= 0 && timeoutSeconds <= VISIBILITY_TIMEOUT_SECONDS_MAX)) {
    throw invalidParameter(
      "VisibilityTimeout",
      timeoutSeconds,
      `VisibilityTimeout must be an integer between 0 and ${VISIBILITY_TIMEOUT_SECONDS_MAX}`,
    );
  }
  const receipt = decodeReceipt(queue, handle);
  const hiddenMs = tx.nowMs + timeoutSeconds * 1000 - receipt.receivedMs;
  if (hiddenMs > VISIBILITY_TIMEOUT_SECONDS_MAX * 1000) {
    throw invalidParameter(
      "VisibilityTimeout",
      timeoutSeconds,
      `Total VisibilityTimeout for the message is beyond the limit [${VISIBILITY_TIMEOUT_SECONDS_MAX} seconds]`,
    );
  }
  const store = messageStoreOf(queue);
  const change = store.changeVisibility(tx, queue, receipt, timeoutSeconds);
  if (change === "not available") {
    throw messageNotAvailable(handle);
  }
  if (change === "handle expired") {
    throw receiptHandleHasExpired(handle);
  }
  if (change === "not in flight") {
    throw messageNotInflight();
  }
}
