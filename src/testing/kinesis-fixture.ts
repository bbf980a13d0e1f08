/** A running Kinesis over the test store, timers included, with the calls that tests make most. */
import { expect } from "vitest";
import { createMemoryLog } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import { createKinesis, type Kinesis } from "../services/kinesis/service.ts";
import type { RequestContext } from "../services/service.ts";
import type { Store } from "../store/store.ts";
import { createTimerLoop } from "../store/timers.ts";
import type { Record_ } from "../wire/models/kinesis.gen.ts";
import type { Input, OperationName } from "../wire/operations.ts";
import { type ServiceCaller, serviceCaller, TEST_ACCOUNT, TEST_REGION } from "./service-harness.ts";
import { createTestStore } from "./test-store.ts";

export interface KinesisFixture {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly kinesis: Kinesis;
  readonly call: ServiceCaller<"kinesis">;
  /** Creates a stream with as many shards, and answers its ARN. */
  stream(name: string, shards?: number): Promise<string>;
  /** Writes texts under one partition key; answers the sequence numbers. */
  put(stream: string, key: string, ...texts: readonly string[]): Promise<readonly string[]>;
  iterator(
    stream: string,
    shard?: number,
    more?: Partial<Input<"kinesis", "GetShardIterator">>,
  ): Promise<string>;
  /** The texts of all records from the trim horizon on, or as `more` says. */
  texts(
    stream: string,
    shard?: number,
    more?: Partial<Input<"kinesis", "GetShardIterator">>,
  ): Promise<readonly string[]>;
  /** The code and message of the error a call must end with. */
  refused<O extends OperationName<"kinesis">>(
    operation: O,
    input: Input<"kinesis", O>,
    ctx?: Partial<RequestContext>,
  ): Promise<{ readonly code: string; readonly message: string }>;
}

export function createKinesisFixture(): KinesisFixture {
  const { store, clock, random } = createTestStore();
  const log = createMemoryLog();
  const kinesis = createKinesis({ store, clock, random, log });
  createTimerLoop({ store, clock, log, handlers: kinesis.service.timers ?? {} }).start();
  const call = serviceCaller<"kinesis">(kinesis.service, clock);
  const iterator: KinesisFixture["iterator"] = async (StreamName, shard = 0, more = {}) => {
    const { ShardIterator } = await call("GetShardIterator", {
      StreamName,
      ShardId: shardId(shard),
      ShardIteratorType: "TRIM_HORIZON",
      ...more,
    });
    return ShardIterator ?? "";
  };
  return {
    store,
    clock,
    kinesis,
    call,
    iterator,
    async stream(StreamName, ShardCount = 1) {
      await call("CreateStream", { StreamName, ShardCount });
      return `arn:aws:kinesis:${TEST_REGION}:${TEST_ACCOUNT}:stream/${StreamName}`;
    },
    async put(StreamName, PartitionKey, ...texts) {
      const numbers: string[] = [];
      for (const text of texts) {
        const record = { StreamName, PartitionKey, Data: Buffer.from(text) };
        numbers.push((await call("PutRecord", record)).SequenceNumber);
      }
      return numbers;
    },
    async texts(stream, shard, more) {
      const ShardIterator = await iterator(stream, shard, more);
      return textsOf((await call("GetRecords", { ShardIterator })).Records);
    },
    async refused(operation, input, ctx) {
      const error = await call(operation, input, ctx).then(
        () => expect.unreachable(`${operation} must fail`),
        (thrown: unknown) => thrown,
      );
      return error as { readonly code: string; readonly message: string };
    },
  };
}

export function shardId(index: number): string {
  return `shardId-${String(index).padStart(12, "0")}`;
}

export function textsOf(records: readonly Record_[]): readonly string[] {
  return records.map(({ Data }) => Buffer.from(Data).toString());
}
