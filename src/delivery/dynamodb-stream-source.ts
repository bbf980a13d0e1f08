/**
 * DynamoDB streams as event sources.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
import { toBase64 } from "../base/bytes.ts";
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";
import { type PolledMapping, streamTopic } from "../outbox/event-source.ts";
import type { StreamReading } from "../outbox/stream-position.ts";
import { AwsError } from "../wire/aws-error.ts";
import type { Record_ } from "../wire/models/dynamodbstreams.gen.ts";
import type { SourceRecord, SourceShard, StreamSource } from "./stream-source.ts";

const RETENTION_MS: number = 24 * 60 * 60 * 1000;
/** What one call returns at most. */
const PAGE_RECORDS_MAX = 1_000;

export function dynamodbStreamSource(
  dispatcher: Dispatcher,
  caller: Caller,
  { sourceArn: streamArn }: PolledMapping,
): StreamSource {
  const open = async (shardId: string, type: string, sequenceNumber?: string): Promise<string> => {
    const { ShardIterator } = await dispatcher.call(caller, "dynamodbstreams", "GetShardIterator", {
      StreamArn: streamArn,
      ShardId: shardId,
      ShardIteratorType: type,
      SequenceNumber: sequenceNumber,
    });
    return ShardIterator ?? "";
  };
  return {
    retentionMs: RETENTION_MS,
    batchInfoName: "DDBStreamBatchInfo",
    topic: () => streamTopic(streamArn),
    shards: () => shards(dispatcher, caller, streamArn),
    async iterator(shardId, after, reading) {
      const place = after ?? startOf(reading);
      try {
        return await (place === undefined
          ? open(shardId, "TRIM_HORIZON")
          : open(shardId, "AFTER_SEQUENCE_NUMBER", place));
      } catch (error) {
        // The shard is younger than the place, or the place is older than all that is left.
        if (error instanceof AwsError && error.code === "TrimmedDataAccessException") {
          return open(shardId, "TRIM_HORIZON");
        }
        throw error;
      }
    },
    async records(iterator, limit) {
      const { Records = [], NextShardIterator } = await dispatcher.call(
        caller,
        "dynamodbstreams",
        "GetRecords",
        { ShardIterator: iterator, Limit: Math.min(limit, PAGE_RECORDS_MAX) },
      );
      return {
        records: Records.map((record) => sourceRecord(record, streamArn)),
        next: NextShardIterator,
        isAtTip: Records.length === 0,
      };
    },
  };
}

function startOf(reading: StreamReading): string | undefined {
  return reading.start === "LATEST" ? reading.bornSequence : undefined;
}

async function shards(
  dispatcher: Dispatcher,
  caller: Caller,
  StreamArn: string,
): Promise<readonly SourceShard[]> {
  const found: SourceShard[] = [];
  let after: string | undefined;
  do {
    const { StreamDescription } = await dispatcher.call(
      caller,
      "dynamodbstreams",
      "DescribeStream",
      { StreamArn, ExclusiveStartShardId: after },
    );
    for (const { ShardId = "", ParentShardId } of StreamDescription?.Shards ?? []) {
      found.push({ id: ShardId, parentIds: ParentShardId === undefined ? [] : [ParentShardId] });
    }
    after = StreamDescription?.LastEvaluatedShardId;
  } while (after !== undefined);
  return found;
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html#events-sample-dynamodb */
function sourceRecord(record: Record_, eventSourceARN: string): SourceRecord {
  const { dynamodb, userIdentity, ...rest } = record;
  const arrived = dynamodb?.ApproximateCreationDateTime;
  const event = {
    ...rest,
    dynamodb: { ...dynamodb, ApproximateCreationDateTime: (arrived?.getTime() ?? 0) / 1000 },
    ...(userIdentity !== undefined && {
      userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId },
    }),
    eventSourceARN,
  };
  const json = JSON.stringify(event, jsonValue);
  return {
    sequenceNumber: dynamodb?.SequenceNumber ?? "",
    partition: JSON.stringify(dynamodb?.Keys ?? {}, jsonValue),
    arrivedMs: arrived?.getTime() ?? 0,
    json,
    get filtered() {
      return JSON.parse(json) as object;
    },
    get event() {
      return JSON.parse(json) as object;
    },
  };
}

/** Binaries are base64. A Buffer gets here as what its `toJSON` made of it. */
function jsonValue(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Readonly<Record<string, unknown>>)[key];
  return original instanceof Uint8Array ? toBase64(original) : value;
}
