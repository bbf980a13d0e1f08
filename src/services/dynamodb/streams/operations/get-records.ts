import type { Range, ReadTx } from "../../../../store/store.ts";
import type { Record_ } from "../../../../wire/models/dynamodbstreams.gen.ts";
import type { Input, Output } from "../../../../wire/operations.ts";
import type { DynamoDbContext } from "../../ports.ts";
import { trimmedDataAccess } from "../errors.ts";
import { existingStream } from "../find-stream.ts";
import { horizonId } from "../retention.ts";
import { readIterator, type ShardIterator, writeIterator } from "../shard-iterator.ts";
import type { Stream } from "../stream.ts";
import { recordsKey, shownRecord } from "../stream-record.ts";

const RECORDS_MAX = 1_000;
const BYTES_MAX: number = 1024 * 1024;

/**
 * Up to 1,000 records or 1 MiB of them, but at least one. A closed shard that has been read to its
 * end has no next iterator.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
 */
export async function getRecords(
  ctx: DynamoDbContext,
  input: Input<"dynamodbstreams", "GetRecords">,
): Promise<Output<"dynamodbstreams", "GetRecords">> {
  return ctx.store.read((tx) => {
    const iterator = readIterator(input.ShardIterator, tx.nowMs);
    const stream = existingStream(tx, ctx, iterator.streamArn);
    const page = readPage(tx, stream, iterator, input.Limit ?? RECORDS_MAX);
    if (page.isAtEnd && stream.endId !== undefined) {
      return { Records: page.records };
    }
    const { after, from } = page.lastId === undefined ? iterator : { after: page.lastId };
    const next = { ...iterator, after, from, issuedMs: tx.nowMs };
    return { Records: page.records, NextShardIterator: writeIterator(next) };
  });
}

interface Page {
  readonly records: readonly Record_[];
  readonly lastId: string | undefined;
  readonly isAtEnd: boolean;
}

function readPage(tx: ReadTx, stream: Stream, iterator: ShardIterator, limit: number): Page {
  const records: Record_[] = [];
  let [lastId, sumBytes]: [string | undefined, number] = [undefined, 0];
  for (const entry of tx.range(rangeOf(tx, stream, iterator))) {
    const id = entry.key.at(-1) as string;
    const { record, sizeBytes } = shownRecord(stream, id, entry.value);
    sumBytes += sizeBytes;
    if (records.length > 0 && (records.length === limit || sumBytes > BYTES_MAX)) {
      return { records, lastId, isAtEnd: false };
    }
    records.push(record);
    lastId = id;
  }
  return { records, lastId, isAtEnd: true };
}

function rangeOf(tx: ReadTx, stream: Stream, { shard, after, from }: ShardIterator): Range {
  const prefix = recordsKey(stream.number, shard);
  const horizon = horizonId(tx.nowMs);
  if (from !== undefined && from < horizon) {
    throw trimmedDataAccess();
  }
  return after !== undefined && after >= horizon
    ? { prefix, after: [...prefix, after] }
    : { prefix, from: [...prefix, from ?? horizon] };
}
