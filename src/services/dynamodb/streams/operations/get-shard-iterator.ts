import { orderedIdOf } from "../../../../store/sequence-number.ts";
import type { ReadTx } from "../../../../store/store.ts";
import type { Input, Output } from "../../../../wire/operations.ts";
import { validation } from "../../errors.ts";
import type { DynamoDbContext } from "../../ports.ts";
import { shardNotFound, trimmedDataAccess } from "../errors.ts";
import { existingStream } from "../find-stream.ts";
import { horizonId } from "../retention.ts";
import { type ShardIterator, writeIterator } from "../shard-iterator.ts";
import type { Stream } from "../stream.ts";
import { recordsKey } from "../stream-record.ts";

type GetShardIteratorInput = Input<"dynamodbstreams", "GetShardIterator">;

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html */
export async function getShardIterator(
  ctx: DynamoDbContext,
  input: GetShardIteratorInput,
): Promise<Output<"dynamodbstreams", "GetShardIterator">> {
  return ctx.store.read((tx) => {
    const stream = existingStream(tx, ctx, input.StreamArn);
    const shard = stream.shardIds.indexOf(input.ShardId);
    if (shard === -1) {
      throw shardNotFound(stream.arn, input.ShardId);
    }
    return {
      ShardIterator: writeIterator({
        streamArn: stream.arn,
        shard,
        ...placeOf(tx, input, { stream, shard }),
        issuedMs: tx.nowMs,
      }),
    };
  });
}

function placeOf(
  tx: ReadTx,
  input: GetShardIteratorInput,
  at: { readonly stream: Stream; readonly shard: number },
): Pick<ShardIterator, "after" | "from"> {
  const { ShardIteratorType: type, SequenceNumber: number } = input;
  if (type === "AT_SEQUENCE_NUMBER" || type === "AFTER_SEQUENCE_NUMBER") {
    const id = namedId(tx, at.stream, number);
    return type === "AT_SEQUENCE_NUMBER" ? { from: id } : { after: id };
  }
  if (number !== undefined) {
    throw validation(`SequenceNumber is not allowed with a ShardIteratorType of ${type}`);
  }
  return type === "LATEST" ? { after: lastId(tx, at) } : {};
}

function namedId(tx: ReadTx, stream: Stream, number: string | undefined): string {
  if (number === undefined) {
    throw validation("SequenceNumber is required for this ShardIteratorType");
  }
  const id = orderedIdOf(number);
  if (id === undefined || (stream.endId !== undefined && id > stream.endId)) {
    throw validation("Invalid SequenceNumber");
  }
  if (id < horizonId(tx.nowMs) || id < stream.startId) {
    throw trimmedDataAccess();
  }
  return id;
}

/** Without records the shard's beginning is its end. */
function lastId(
  tx: ReadTx,
  { stream, shard }: { readonly stream: Stream; readonly shard: number },
): string {
  const prefix = recordsKey(stream.number, shard);
  for (const entry of tx.range({ prefix, reverse: true, limit: 1 })) {
    return entry.key.at(-1) as string;
  }
  return stream.startId;
}
