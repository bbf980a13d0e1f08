/**
 * A message's row: what changes with each receive, then the content, which never changes.
 *
 * | bytes | what                                                        |
 * |-------|-------------------------------------------------------------|
 * | 1     | flags: 1 a `moved` row exists, 2 the content is elsewhere,  |
 * |       | 4 it has a message group, 8 it counts as in flight          |
 * | 4     | receives from this queue                                    |
 * | 4     | receives from the queues it was in before                   |
 * | 8     | sent at, ms                                                 |
 * | 8     | first received at, ms; 0 when it never was                  |
 * | 2     | length of the next part                                     |
 * | ...   | ARN of the queue it was a dead letter of                    |
 * | 1 ... | with flag 4: length and text of the message group           |
 * | rest  | content                                                     |
 *
 * Fixed places let a scan read what it needs without decoding the content.
 */
import { assert } from "../../base/assert.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { contentKey, movedMessages, type Place, rowKey } from "./keys.ts";
import { INLINE_CONTENT_BYTES_MAX } from "./limits.ts";

export interface MessageRow {
  /** A change of visibility moved the row away from where its receipt handle points. */
  readonly moved: boolean;
  readonly receiveCount: number;
  readonly earlierReceiveCount: number;
  readonly sentMs: number;
  /** Zero when the message was never received. */
  readonly firstReceivedMs: number;
  /** Empty, or the ARN of the queue this message was a dead letter of. */
  readonly deadLetterSourceArn: string;
  /** Of a message in a standard queue; empty when it has none. In FIFO queues the key has it. */
  readonly group: string;
  /** Its group and its queue count it as in flight: only in queues with message groups. */
  readonly counted: boolean;
  /** Absent when it has a row of its own. */
  readonly content: Uint8Array | undefined;
}

const MOVED = 1;
const CONTENT_ELSEWHERE = 2;
const GROUPED = 4;
const COUNTED = 8;
const HEADER_BYTES = 27;

export function encodeRow(row: MessageRow): Uint8Array {
  const sourceBytes = Buffer.byteLength(row.deadLetterSourceArn);
  const groupBytes = row.group === "" ? 0 : 1 + Buffer.byteLength(row.group);
  const contentAt = HEADER_BYTES + sourceBytes + groupBytes;
  const out = Buffer.allocUnsafe(contentAt + (row.content?.length ?? 0));
  out[0] =
    (row.moved ? MOVED : 0) |
    (row.content === undefined ? CONTENT_ELSEWHERE : 0) |
    (groupBytes > 0 ? GROUPED : 0) |
    (row.counted ? COUNTED : 0);
  out.writeUInt32BE(row.receiveCount, 1);
  out.writeUInt32BE(row.earlierReceiveCount, 5);
  out.writeDoubleBE(row.sentMs, 9);
  out.writeDoubleBE(row.firstReceivedMs, 17);
  out.writeUInt16BE(sourceBytes, 25);
  out.write(row.deadLetterSourceArn, HEADER_BYTES);
  if (groupBytes > 0) {
    out[HEADER_BYTES + sourceBytes] = groupBytes - 1;
    out.write(row.group, HEADER_BYTES + sourceBytes + 1);
  }
  if (row.content !== undefined) {
    out.set(row.content, contentAt);
  }
  return out;
}

/** The content is a view of `bytes`. */
export function decodeRow(bytes: Uint8Array): MessageRow {
  const row = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = row[0] ?? 0;
  const groupAt = HEADER_BYTES + row.readUInt16BE(25);
  const isGrouped = (flags & GROUPED) !== 0;
  const contentAt = isGrouped ? groupAt + 1 + (row[groupAt] ?? 0) : groupAt;
  return {
    moved: (flags & MOVED) !== 0,
    receiveCount: row.readUInt32BE(1),
    earlierReceiveCount: row.readUInt32BE(5),
    sentMs: row.readDoubleBE(9),
    firstReceivedMs: row.readDoubleBE(17),
    deadLetterSourceArn: row.toString("utf8", HEADER_BYTES, groupAt),
    group: isGrouped ? row.toString("utf8", groupAt + 1, contentAt) : "",
    counted: (flags & COUNTED) !== 0,
    content: (flags & CONTENT_ELSEWHERE) === 0 ? row.subarray(contentAt) : undefined,
  };
}

export function newRow(sentMs: number, content: Uint8Array, group = ""): MessageRow {
  return {
    moved: false,
    receiveCount: 0,
    earlierReceiveCount: 0,
    sentMs,
    firstReceivedMs: 0,
    deadLetterSourceArn: "",
    group,
    counted: false,
    content,
  };
}

export function receivedRow(row: MessageRow, nowMs: number): MessageRow {
  return {
    ...row,
    moved: false,
    receiveCount: row.receiveCount + 1,
    firstReceivedMs: row.firstReceivedMs === 0 ? nowMs : row.firstReceivedMs,
  };
}

/** Gives long content a row of its own, written once; the rest is what moves. */
export function withContentStored(tx: WriteTx, messageKey: string, row: MessageRow): MessageRow {
  if (row.content === undefined || row.content.length <= INLINE_CONTENT_BYTES_MAX) {
    return row;
  }
  tx.set(contentKey(messageKey), row.content);
  return { ...row, content: undefined };
}

export function contentOf(tx: ReadTx, messageKey: string, row: MessageRow): Uint8Array {
  const content = row.content ?? tx.get(contentKey(messageKey));
  assert(content !== undefined, `message ${messageKey} has no content`);
  return content;
}

export function removeContent(tx: WriteTx, messageKey: string, row: MessageRow): void {
  if (row.content === undefined) {
    tx.delete(contentKey(messageKey));
  }
}

export function writeRow(tx: WriteTx, place: Place, row: MessageRow): void {
  tx.set(rowKey(place), encodeRow(row));
}

export function readRow(tx: ReadTx, place: Place): MessageRow | undefined {
  const bytes = tx.get(rowKey(place));
  return bytes && decodeRow(bytes);
}

/** Takes a row away from its place; the content stays for where the message goes. */
export function detachRow(tx: WriteTx, place: Place, row: MessageRow): void {
  tx.delete(rowKey(place));
  forgetMove(tx, place.messageKey, row);
}

/** Handles given out before the message was received anew find it no more. */
export function forgetMove(tx: WriteTx, messageKey: string, row: MessageRow): void {
  if (row.moved) {
    movedMessages.delete(tx, [messageKey]);
  }
}
