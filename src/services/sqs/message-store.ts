/** What the operations do with the messages of a queue, whatever its kind. */
import type { Key } from "../../base/ordered-key.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { fifoQueue } from "./fifo-queue.ts";
import type { Pile } from "./keys.ts";
import type { MessageContent } from "./message.ts";
import type { MessageRow } from "./message-row.ts";
import type { Queue } from "./queue.ts";
import type { Receipt } from "./receipt-handle.ts";
import { standardQueue } from "./standard-queue.ts";

export interface MessageStore {
  send(tx: WriteTx, queue: Queue, message: NewMessage): SentMessage;
  receive(tx: WriteTx, queue: Queue, options: ReceiveOptions): Reception;
  /** Whether the message was still there. */
  remove(tx: WriteTx, queue: Queue, receipt: Receipt): RemovalOutcome;
  changeVisibility(
    tx: WriteTx,
    queue: Queue,
    receipt: Receipt,
    timeoutSeconds: number,
  ): VisibilityChange;
  /** All messages, in slices, for counts. */
  rows(tx: ReadTx, queue: Queue, range: RowRange): Slice;
  /** The same for those that are not visible now, without a look at the others. */
  hiddenRows(tx: ReadTx, queue: Queue, range: RowRange): Slice;
  /** Up to `limit` messages that were visible at `throughMs` and still are, oldest first. */
  waiting(tx: ReadTx, queue: Queue, options: WaitingOptions): readonly WaitingMessage[];
  /** Removes messages of a pile that nothing refers to any more; how many, up to `limit`. */
  clear(tx: WriteTx, pile: Pile, limit: number): number;
  /** Removes some of what has expired; answers when to look again. */
  removeExpired(tx: WriteTx, queue: Queue, limit: number): number;
}

export function messageStoreOf(queue: Queue): MessageStore {
  return queue.settings.fifo === undefined ? standardQueue : fifoQueue;
}

export interface NewMessage {
  readonly content: MessageContent;
  readonly delaySeconds: number | undefined;
}

export interface SentMessage {
  /** That of the first one, for a message a FIFO queue has had before. */
  readonly messageId: string;
  readonly sequenceNumber?: string;
}

export interface ReceivedMessage {
  readonly content: MessageContent;
  readonly receipt: Receipt;
  readonly sentMs: number;
  readonly firstReceivedMs: number;
  /** From this queue and those it was in before. */
  readonly receiveCount: number;
  readonly deadLetterSourceArn: string;
  readonly sequenceNumber?: string;
}

export interface Reception {
  readonly messages: readonly ReceivedMessage[];
  /** Further messages are visible now. */
  readonly isMore: boolean;
  /** When the next hidden message becomes visible. */
  readonly nextVisibleMs: number;
}

export interface ReceiveOptions {
  readonly messagesMax: number;
  readonly visibilityTimeoutSeconds: number;
  /** A FIFO queue answers the same attempt with the same messages for five minutes. */
  readonly attemptId?: string | undefined;
}

export type RemovalOutcome = "removed" | "not there" | "handle expired";
export type VisibilityChange = "changed" | "not in flight" | "not available" | "handle expired";

export interface RowRange {
  /** The `next` of the slice before. */
  readonly after: Key | undefined;
  readonly limit: number;
}

export interface Slice {
  readonly rows: readonly CountedRow[];
  /** Absent when this is the last one. */
  readonly next: Key | undefined;
}

export interface CountedRow {
  readonly visibleAtMs: number;
  readonly sentMs: number;
  readonly isReceived: boolean;
}

export interface WaitingOptions {
  readonly throughMs: number;
  readonly limit: number;
}

export interface WaitingMessage {
  readonly messageKey: string;
  readonly row: MessageRow;
  /** Removes it for good. */
  remove(tx: WriteTx): void;
}
