/**
 * Kinesis streams as event sources, named by their own ARN or by that of a consumer with enhanced
 * fan-out, which then has to be registered.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
import { toBase64, utf8Decode } from "../base/bytes.ts";
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";
import { type PolledMapping, shardTopic } from "../outbox/event-source.ts";
import type { StreamReading } from "../outbox/stream-position.ts";
import { orderedIdOf, shardPlaceOf, shardSequenceNumberOf } from "../store/sequence-number.ts";
import { AwsError } from "../wire/aws-error.ts";
import type { Record_, Shard } from "../wire/models/kinesis.gen.ts";
import type { Input, Output } from "../wire/operations.ts";
import { isBehind } from "./stream-batch.ts";
import type { SourcePage, SourceRecord, SourceShard, StreamSource } from "./stream-source.ts";

const HOUR_MS: number = 60 * 60 * 1000;
const RETENTION_HOURS_DEFAULT = 24;

export function kinesisStreamSource(
  dispatcher: Dispatcher,
  caller: Caller,
  mapping: PolledMapping,
): StreamSource {
  return new KinesisStreamSource(dispatcher, caller, mapping);
}

class KinesisStreamSource implements StreamSource {
  readonly batchInfoName = "KinesisBatchInfo";
  retentionMs: number = RETENTION_HOURS_DEFAULT * HOUR_MS;
  madeMs: number | undefined;
  readonly #dispatcher: Dispatcher;
  readonly #caller: Caller;
  readonly #mapping: PolledMapping;
  readonly #streamArn: string;
  #readBy: ReadBy;
  readonly #shards = new Map<string, Shard>();

  constructor(dispatcher: Dispatcher, caller: Caller, mapping: PolledMapping) {
    this.#dispatcher = dispatcher;
    this.#caller = caller;
    this.#mapping = mapping;
    this.#streamArn = streamOf(mapping.sourceArn);
    this.#readBy = this.#readAs("");
  }

  #readAs(invokeIdentityArn: string): ReadBy {
    const { region: awsRegion } = this.#caller;
    const members = { invokeIdentityArn, awsRegion, eventSourceARN: this.#streamArn };
    return { members, json: JSON.stringify(members).slice(1) };
  }

  topic(shardId: string): string {
    return shardTopic(this.#streamArn, shardId);
  }

  async shards(): Promise<readonly SourceShard[]> {
    const StreamARN = this.#streamArn;
    const { sourceArn: ConsumerARN } = this.#mapping;
    if (ConsumerARN !== StreamARN) {
      await this.#call("DescribeStreamConsumer", { ConsumerARN });
    }
    const { StreamDescriptionSummary: stream } = await this.#call("DescribeStreamSummary", {
      StreamARN,
    });
    this.retentionMs = stream.RetentionPeriodHours * HOUR_MS;
    this.madeMs = stream.StreamCreationTimestamp.getTime();
    this.#readBy = this.#readAs(await this.#readRole());
    let page = await this.#call("ListShards", { StreamARN });
    const found = [...(page.Shards ?? [])];
    while (page.NextToken !== undefined) {
      page = await this.#call("ListShards", { NextToken: page.NextToken });
      found.push(...(page.Shards ?? []));
    }
    for (const shard of found) {
      this.#shards.set(shard.ShardId, shard);
    }
    return found.map(({ ShardId, ParentShardId: parent, AdjacentParentShardId: adjacent }) => ({
      id: ShardId,
      parentIds: [parent, adjacent].filter((id) => id !== undefined),
    }));
  }

  async iterator(
    shardId: string,
    after: string | undefined,
    reading: StreamReading,
  ): Promise<string> {
    if (after !== undefined) {
      return this.#open(shardId, "AFTER_SEQUENCE_NUMBER", { StartingSequenceNumber: after });
    }
    if (reading.start === "LATEST") {
      return this.#latest(shardId, reading);
    }
    if (reading.start === "AT_TIMESTAMP") {
      return this.#atTime(shardId, new Date(reading.timestampMs ?? 0));
    }
    return this.#open(shardId, "TRIM_HORIZON");
  }

  async records(iterator: string, limit: number, reading: StreamReading): Promise<SourcePage> {
    const page = await this.#call("GetRecords", { ShardIterator: iterator, Limit: limit });
    const fromMs = reading.start === "AT_TIMESTAMP" ? (reading.timestampMs ?? 0) : 0;
    const wanted = page.Records.filter((record) => arrivalMs(record) >= fromMs);
    return {
      records: wanted.map((record) => this.#record(record)),
      next: page.NextShardIterator,
      isAtTip: page.MillisBehindLatest === 0 || page.Records.length === 0,
    };
  }

  /** What was written after the mapping was made; shards that were opened since, from their start. */
  #latest(shardId: string, { bornSequence }: StreamReading): Promise<string> {
    const orderedId = orderedIdOf(bornSequence) ?? "";
    const shard = Number(shardId.slice(-12));
    const born = shardSequenceNumberOf({ orderedId, shard });
    const { SequenceNumberRange: range } = this.#shards.get(shardId) ?? {};
    const isYounger = range !== undefined && isBehind(range.StartingSequenceNumber, born);
    const isOver =
      range?.EndingSequenceNumber !== undefined && isBehind(born, range.EndingSequenceNumber);
    if (isYounger) {
      return this.#open(shardId, "TRIM_HORIZON");
    }
    return isOver
      ? this.#open(shardId, "LATEST")
      : this.#open(shardId, "AFTER_SEQUENCE_NUMBER", { StartingSequenceNumber: born });
  }

  /** Kinesis takes no time to come; until then all that arrives is left out one by one. */
  async #atTime(shardId: string, Timestamp: Date): Promise<string> {
    try {
      return await this.#open(shardId, "AT_TIMESTAMP", { Timestamp });
    } catch (error) {
      if (error instanceof AwsError && error.code === "InvalidArgumentException") {
        return this.#open(shardId, "TRIM_HORIZON");
      }
      throw error;
    }
  }

  async #open(
    ShardId: string,
    ShardIteratorType: string,
    more: { readonly StartingSequenceNumber?: string; readonly Timestamp?: Date } = {},
  ): Promise<string> {
    const { ShardIterator } = await this.#call("GetShardIterator", {
      StreamARN: this.#streamArn,
      ShardId,
      ShardIteratorType,
      ...more,
    });
    return ShardIterator ?? "";
  }

  #record(record: Record_): SourceRecord {
    return new KinesisRecord(record, this.#readBy);
  }

  async #readRole(): Promise<string> {
    const { functionArn } = this.#mapping;
    if (functionArn.split(":")[2] === "pipes") {
      const Name = functionArn.split("/").at(-1) ?? "";
      const pipe = await this.#dispatcher.call(this.#caller, "pipes", "DescribePipe", { Name });
      return pipe.RoleArn ?? "";
    }
    const reader = { FunctionName: functionArn };
    const { Role } = await this.#dispatcher.call(
      this.#caller,
      "lambda",
      "GetFunctionConfiguration",
      reader,
    );
    return Role ?? "";
  }

  #call<O extends KinesisOperationName>(
    operation: O,
    input: Input<"kinesis", O>,
  ): Promise<Output<"kinesis", O>> {
    return this.#dispatcher.call(this.#caller, "kinesis", operation, input);
  }
}

/** What records say of who reads them, and the same as the end of their JSON. */
interface ReadBy {
  readonly members: {
    readonly invokeIdentityArn: string;
    readonly awsRegion: string;
    readonly eventSourceARN: string;
  };
  readonly json: string;
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
class KinesisRecord implements SourceRecord {
  readonly sequenceNumber: string;
  /** Streams that distribute by themselves have records without one. */
  readonly partitionKey: string | undefined;
  readonly arrivedMs: number;
  readonly json: string;
  readonly #data: Uint8Array;
  readonly #readBy: ReadBy;

  constructor(record: Record_, readBy: ReadBy) {
    this.sequenceNumber = record.SequenceNumber;
    this.partitionKey = record.PartitionKey;
    this.arrivedMs = arrivalMs(record);
    this.#data = record.Data;
    this.#readBy = readBy;
    this.json = this.#json();
  }

  /** Seconds have three decimals always, as on AWS: `1607497475.000`. */
  #json(): string {
    const { sequenceNumber } = this;
    const key = JSON.stringify(this.partitionKey ?? null);
    return (
      `{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":${key},` +
      `"sequenceNumber":"${sequenceNumber}","data":"${toBase64(this.#data)}",` +
      `"approximateArrivalTimestamp":${(this.arrivedMs / 1000).toFixed(3)}},` +
      `"eventSource":"aws:kinesis","eventVersion":"1.0",` +
      `"eventID":"${shardIdOf(sequenceNumber)}:${sequenceNumber}",` +
      `"eventName":"aws:kinesis:record",${this.#readBy.json}`
    );
  }

  get partition(): string {
    return this.partitionKey ?? this.sequenceNumber;
  }

  get #around(): object {
    const { sequenceNumber } = this;
    return {
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `${shardIdOf(sequenceNumber)}:${sequenceNumber}`,
      eventName: "aws:kinesis:record",
      ...this.#readBy.members,
    };
  }

  get event(): object {
    return this.#with(toBase64(this.#data));
  }

  get filtered(): object {
    return this.#with(dataOf(this.#data));
  }

  #with(data: unknown): object {
    const { sequenceNumber, partitionKey = null } = this;
    return {
      kinesisSchemaVersion: "1.0",
      partitionKey,
      sequenceNumber,
      data,
      approximateArrivalTimestamp: this.arrivedMs / 1000,
      ...this.#around,
    };
  }
}

type KinesisOperationName =
  | "DescribeStreamConsumer"
  | "DescribeStreamSummary"
  | "GetRecords"
  | "GetShardIterator"
  | "ListShards";

/** `arn:aws:kinesis:...:stream/orders/consumer/reader:1700000000` is of the stream `orders`. */
function streamOf(sourceArn: string): string {
  return sourceArn.replace(/\/consumer\/.*$/, "");
}

function shardIdOf(sequenceNumber: string): string {
  const index = shardPlaceOf(sequenceNumber)?.shard ?? 0;
  return `shardId-${String(index).padStart(12, "0")}`;
}

function arrivalMs({ ApproximateArrivalTimestamp: arrived }: Record_): number {
  return arrived?.getTime() ?? 0;
}

/**
 * Filters look at the data as the JSON it is, else as text.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html
 */
function dataOf(data: Uint8Array): unknown {
  const text = utf8Decode(data);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
