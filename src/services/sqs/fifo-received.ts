import type { ReadTx } from "../../store/store.ts";
import type { FifoRow } from "./fifo-row.ts";
import { decodeContent } from "./message.ts";
import { contentOf } from "./message-row.ts";
import type { ReceivedMessage } from "./message-store.ts";
import type { Receipt } from "./receipt-handle.ts";
import { sequenceNumber } from "./sequence-number.ts";

/** What the receiver of a FIFO message is told, by its row as it is after the receive. */
export function fifoReceived(tx: ReadTx, { row }: FifoRow, receipt: Receipt): ReceivedMessage {
  return {
    content: decodeContent(contentOf(tx, receipt.messageKey, row)),
    receipt,
    sentMs: row.sentMs,
    firstReceivedMs: row.firstReceivedMs,
    receiveCount: row.earlierReceiveCount + row.receiveCount,
    deadLetterSourceArn: row.deadLetterSourceArn,
    sequenceNumber: sequenceNumber(receipt.messageKey),
  };
}
