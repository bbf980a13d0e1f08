import { sequenceNumberOf } from "../../../../store/sequence-number.ts";
import type { Shard } from "../../../../wire/models/dynamodbstreams.gen.ts";
import type { Input, Output } from "../../../../wire/operations.ts";
import { keySchemaOf } from "../../describe-table.ts";
import type { DynamoDbContext } from "../../ports.ts";
import { shardNotFound } from "../errors.ts";
import { existingStream } from "../find-stream.ts";
import type { Stream } from "../stream.ts";

const SHARDS_PER_PAGE_MAX = 100;

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html */
export async function describeStream(
  ctx: DynamoDbContext,
  input: Input<"dynamodbstreams", "DescribeStream">,
): Promise<Output<"dynamodbstreams", "DescribeStream">> {
  const stream = await ctx.store.read((tx) => existingStream(tx, ctx, input.StreamArn));
  const ids = shardIdsOf(stream, input);
  const page = ids.slice(0, input.Limit ?? SHARDS_PER_PAGE_MAX);
  return {
    StreamDescription: {
      StreamArn: stream.arn,
      StreamLabel: stream.label,
      StreamStatus: stream.endId === undefined ? "ENABLED" : "DISABLED",
      StreamViewType: stream.viewType,
      CreationRequestDateTime: new Date(stream.createdMs),
      TableName: stream.tableName,
      KeySchema: keySchemaOf(stream),
      Shards: page.map((id) => shardOf(stream, id)),
      ...(page.length < ids.length && { LastEvaluatedShardId: page.at(-1) }),
    },
  };
}

function shardIdsOf(
  stream: Stream,
  input: Input<"dynamodbstreams", "DescribeStream">,
): readonly string[] {
  const { ExclusiveStartShardId: after, ShardFilter: filter } = input;
  for (const id of [after, filter?.ShardId]) {
    if (id !== undefined && !stream.shardIds.includes(id)) {
      throw shardNotFound(stream.arn, id);
    }
  }
  if (filter?.Type === "CHILD_SHARDS") {
    // Shards are never split, so none has children.
    return [];
  }
  return after === undefined
    ? stream.shardIds
    : stream.shardIds.slice(stream.shardIds.indexOf(after) + 1);
}

function shardOf(stream: Stream, ShardId: string): Shard {
  return {
    ShardId,
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumberOf(stream.startId),
      ...(stream.endId !== undefined && { EndingSequenceNumber: sequenceNumberOf(stream.endId) }),
    },
  };
}
