/** A message's row in a FIFO queue: the time from which it is visible, then what all rows have. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { type FifoPlace, fifoRowKey } from "./keys.ts";
import {
  decodeRow,
  encodeRow,
  type MessageRow,
  removeContent,
  withContentStored,
} from "./message-row.ts";
import { addToTotal } from "./message-total.ts";

export interface FifoRow {
  readonly visibleAtMs: number;
  readonly row: MessageRow;
}

const TIME_BYTES = 8;

function encodeFifoRow({ visibleAtMs, row }: FifoRow): Uint8Array {
  const time = Buffer.allocUnsafe(TIME_BYTES);
  time.writeDoubleBE(visibleAtMs);
  return Buffer.concat([time, encodeRow(row)]);
}

export function decodeFifoRow(bytes: Uint8Array): FifoRow {
  const time = Buffer.from(bytes.buffer, bytes.byteOffset, TIME_BYTES);
  return { visibleAtMs: time.readDoubleBE(), row: decodeRow(bytes.subarray(TIME_BYTES)) };
}

export function readFifoRow(tx: ReadTx, place: FifoPlace): FifoRow | undefined {
  const bytes = tx.get(fifoRowKey(place));
  return bytes && decodeFifoRow(bytes);
}

export function writeFifoRow(tx: WriteTx, place: FifoPlace, row: FifoRow): void {
  tx.set(fifoRowKey(place), encodeFifoRow(row));
}

export function insertFifoRow(tx: WriteTx, place: FifoPlace, { visibleAtMs, row }: FifoRow): void {
  const stored = withContentStored(tx, place.messageKey, row);
  addToTotal(tx, place, place.messageKey, 1);
  writeFifoRow(tx, place, { visibleAtMs, row: stored });
}

export function removeFifoRow(tx: WriteTx, place: FifoPlace, { row }: FifoRow): void {
  tx.delete(fifoRowKey(place));
  addToTotal(tx, place, place.messageKey, -1);
  removeContent(tx, place.messageKey, row);
}
