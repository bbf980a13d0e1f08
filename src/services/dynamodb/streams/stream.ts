/**
 * Streams of tables: what is kept of one, and how its shards are called.
 *
 * | key                                                    | value                            |
 * |--------------------------------------------------------|----------------------------------|
 * | `dynamodb`, `stream`, account, region, table, label    | `Stream`                         |
 * | `dynamodb`, `stream-record`, stream, shard, ordered id | a record (`stream-record.ts`)    |
 *
 * A stream has as many shards as its table would have partitions when the stream is enabled, and
 * keeps them: an item's records are all in the shard that the digest of its partition key picks.
 * When a stream is disabled, or its table deleted, its shards are closed and stay readable for 24 h.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
import type { Key } from "../../../base/ordered-key.ts";
import { type Collection, collection } from "../../../store/collection.ts";
import type { TableStream } from "../table.ts";

export interface Stream {
  readonly arn: string;
  readonly label: string;
  /** Never used twice, not even by tables. */
  readonly number: number;
  readonly tableName: string;
  readonly hash: string;
  readonly range?: string | undefined;
  readonly viewType: TableStream["viewType"];
  readonly createdMs: number;
  readonly shardIds: readonly string[];
  /** All records of the stream sort behind it. */
  readonly startId: string;
  /** Of a closed stream: no record sorts behind it. */
  readonly endId?: string | undefined;
}

export const streams: Collection<Stream> = collection("dynamodb", "stream");

/** The stream that is named by an ARN like `.../table/Orders/stream/2026-01-01T00:00:00.000`. */
export function streamKeyOf(arn: string): Key | undefined {
  const match =
    /^arn:[^:]+:dynamodb:([^:]+):(\d{12}):table\/([^/]{1,255})\/stream\/(.{1,64})$/.exec(arn);
  const [, region, accountId, table, label] = match ?? [];
  return region === undefined || !accountId || !table || !label
    ? undefined
    : [accountId, region, table, label];
}
