/** What a poller asks of a stream: shards, and records from a place on. One file a kind of stream. */
import type { StreamReading } from "../outbox/stream-position.ts";

/** Records of a shard, page by page. */
export interface ShardReads {
  /** The place behind `after`; without it, where the mapping starts. */
  iterator(shardId: string, after: string | undefined, reading: StreamReading): Promise<string>;
  records(iterator: string, limit: number, reading: StreamReading): Promise<SourcePage>;
}

export interface StreamSource extends ShardReads {
  /** All shards that can be read. */
  shards(): Promise<readonly SourceShard[]>;
  /** Signalled when the shard has a record that it did not have before. */
  topic(shardId: string): string;
  /** When the stream was made, as `shards` saw last: one that is made again begins anew. */
  readonly madeMs?: number | undefined;
  /** Records that are older are gone. */
  readonly retentionMs: number;
  /** The member of a failure record that tells of the batch: `DDBStreamBatchInfo`. */
  readonly batchInfoName: string;
}

export interface SourceShard {
  readonly id: string;
  /** They are read to their ends before this one is begun. */
  readonly parentIds: readonly string[];
}

export interface SourcePage {
  readonly records: readonly SourceRecord[];
  /** `undefined`: the shard ends here. */
  readonly next: string | undefined;
  /** There was nothing more to read just now. */
  readonly isAtTip: boolean;
}

export interface SourceRecord {
  /** Records of a shard sort by them, as numbers. */
  readonly sequenceNumber: string;
  /** Records with the same one stay in order, whatever the parallelization. */
  readonly partition: string;
  readonly arrivedMs: number;
  /** The record as the function gets it, in JSON. */
  readonly json: string;
  /** The record as an object, made when it is asked for: what filters look at. */
  readonly filtered: object;
  /** The record as a pipe hands it on. */
  readonly event: object;
}
