/**
 * Records of streams: appended under an ordered id, which is their place in the shard and, with the
 * shard's number, their sequence number.
 */
import { shardTopic } from "../../outbox/event-source.ts";
import { decodeRecord, encodeRecord } from "../../store/record.ts";
import { shardSequenceNumberOf } from "../../store/sequence-number.ts";
import type { WriteTx } from "../../store/store.ts";
import type { Record_ } from "../../wire/models/kinesis.gen.ts";
import { recordsKey, streams } from "./keys.ts";
import { armTrim } from "./retention.ts";
import { shardIdOf } from "./shard.ts";
import { type Stream, streamArn } from "./stream.ts";

interface StoredRecord {
  readonly atMs: number;
  /** Empty for a record without one. */
  readonly key: string;
  readonly data: Uint8Array;
  /** It came while the stream was encrypted. */
  readonly isEncrypted?: true;
}

export interface NewRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** The index of its shard. */
  readonly shard: number;
}

export interface Appended {
  readonly ShardId: string;
  readonly SequenceNumber: string;
}

export function appendRecord(tx: WriteTx, stream: Stream, record: NewRecord): Appended {
  const { shard } = record;
  const orderedId = tx.orderedId();
  const row: StoredRecord = {
    atMs: tx.nowMs,
    key: record.partitionKey,
    data: record.data,
    ...(stream.keyId !== undefined && { isEncrypted: true }),
  };
  tx.set([...recordsKey(stream.number, shard), orderedId], encodeRecord(row));
  const SequenceNumber = shardSequenceNumberOf({ orderedId, shard });
  return { ShardId: shardIdOf(shard), SequenceNumber };
}

/** To be called with the shards that got records: who waits for these is told; one day they go. */
export function settleAppended(tx: WriteTx, stream: Stream, shards: Iterable<number>): void {
  const arn = streamArn(stream);
  for (const shard of shards) {
    tx.signal(shardTopic(arn, shardIdOf(shard)));
  }
  if (!stream.isTrimmed) {
    armTrim(tx, stream, tx.nowMs);
    streams.put(tx, [stream.region, stream.accountId, stream.name], {
      ...stream,
      isTrimmed: true,
    });
  }
}

export interface ShownRecord {
  readonly record: Record_;
  readonly arrivedMs: number;
  readonly sizeBytes: number;
}

/** As readers get it. */
export function shownRecord(
  place: { readonly orderedId: string; readonly shard: number },
  bytes: Uint8Array,
): ShownRecord {
  const { atMs, key, data, isEncrypted } = decodeRecord<StoredRecord>(bytes);
  const SequenceNumber = shardSequenceNumberOf(place);
  const ApproximateArrivalTimestamp = new Date(atMs);
  const record: Record_ =
    key === ""
      ? { SequenceNumber, ApproximateArrivalTimestamp, Data: data }
      : { SequenceNumber, ApproximateArrivalTimestamp, Data: data, PartitionKey: key };
  return {
    arrivedMs: atMs,
    sizeBytes: data.length + Buffer.byteLength(key),
    record: isEncrypted ? { ...record, EncryptionType: "KMS" } : record,
  };
}

export function arrivalOf(bytes: Uint8Array): number {
  return decodeRecord<StoredRecord>(bytes).atMs;
}
