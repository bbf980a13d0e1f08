/**
 * Records of streams, written in the transaction of the change they tell of.
 *
 * The images are the items' rows as they are (`stored-item.ts`), so that writing a record decodes
 * nothing. Sequence numbers are the ordered ids of the records (`store/sequence-number.ts`).
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
 */
import { hash } from "node:crypto";
import type { Key } from "../../../base/ordered-key.ts";
import type { Attributes } from "../../../languages/dynamodb/attribute-value.ts";
import { itemSizeBytes } from "../../../languages/dynamodb/size.ts";
import { streamTopic } from "../../../outbox/event-source.ts";
import { decodeRecord, encodeRecord } from "../../../store/record.ts";
import { sequenceNumberOf } from "../../../store/sequence-number.ts";
import type { WriteTx } from "../../../store/store.ts";
import type { Record_ } from "../../../wire/models/dynamodbstreams.gen.ts";
import type { ItemKey } from "../item-key.ts";
import { encodeItem, StoredItem } from "../stored-item.ts";
import type { Table, TableStream } from "../table.ts";
import type { Stream } from "./stream.ts";

/** As it is stored. */
interface StreamRow {
  readonly atMs: number;
  /** Rows of items: the key attributes alone, and the images of the view type. */
  readonly keys: Uint8Array;
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
  readonly event: "INSERT" | "MODIFY" | "REMOVE";
  /** The item expired. */
  readonly isExpiry?: true;
}

/** A change that happened: at least one of the rows is there, and they differ. */
export interface ChangedRows {
  readonly key: ItemKey;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
  readonly isExpiry: boolean;
}

export function recordsKey(stream: number, shard: number): Key {
  return ["dynamodb", "stream-record", stream, shard];
}

export function appendStreamRecord(
  tx: WriteTx,
  table: Table,
  stream: TableStream,
  { key, before, after, isExpiry }: ChangedRows,
): void {
  const { viewType } = stream;
  const keys = keyAttributes(table, key);
  const hasBefore = viewType === "OLD_IMAGE" || viewType === "NEW_AND_OLD_IMAGES";
  const hasAfter = viewType === "NEW_IMAGE" || viewType === "NEW_AND_OLD_IMAGES";
  const row: StreamRow = {
    atMs: tx.nowMs,
    keys: encodeItem(keys, itemSizeBytes(keys)),
    ...(hasBefore && before !== undefined && { before }),
    ...(hasAfter && after !== undefined && { after }),
    event: before === undefined ? "INSERT" : after === undefined ? "REMOVE" : "MODIFY",
    ...(isExpiry && { isExpiry }),
  };
  const shard = shardOf(key.digest, stream.shards);
  tx.set([...recordsKey(stream.number, shard), tx.orderedId()], encodeRecord(row));
  tx.signal(streamTopic(stream.arn));
}

/** The digest's first bytes pick the shard; its first byte alone picks the stripe of the sizes. */
function shardOf(digest: Uint8Array, shards: number): number {
  return (((digest[1] ?? 0) << 8) | (digest[2] ?? 0)) % shards;
}

export function keyAttributes({ base }: Table, key: ItemKey): Attributes {
  return {
    [base.hash.name]: key.hash,
    ...(base.range !== undefined && key.range !== undefined && { [base.range.name]: key.range }),
  };
}

export interface ReadRecord {
  readonly sizeBytes: number;
  readonly record: Record_;
}

/** A record as GetRecords shows it. */
export function shownRecord(stream: Stream, orderedId: string, bytes: Uint8Array): ReadRecord {
  const row = decodeRecord<StreamRow>(bytes);
  const keys = new StoredItem(row.keys);
  const before = row.before && new StoredItem(row.before);
  const after = row.after && new StoredItem(row.after);
  const sizeBytes = keys.sizeBytes + (before?.sizeBytes ?? 0) + (after?.sizeBytes ?? 0);
  const SequenceNumber = sequenceNumberOf(orderedId);
  const record: Record_ = {
    eventID: hash("md5", `${stream.number}/${SequenceNumber}`),
    eventName: row.event,
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: stream.arn.split(":")[3],
    dynamodb: {
      ApproximateCreationDateTime: new Date(Math.floor(row.atMs / 1000) * 1000),
      Keys: keys.attributes,
      ...(after && { NewImage: after.attributes }),
      ...(before && { OldImage: before.attributes }),
      SequenceNumber,
      SizeBytes: sizeBytes,
      StreamViewType: stream.viewType,
    },
    ...(row.isExpiry && {
      userIdentity: { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" },
    }),
  };
  return { sizeBytes, record };
}
