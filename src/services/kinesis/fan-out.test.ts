import { beforeEach, describe, expect, test } from "vitest";
import {
  createKinesisFixture,
  type KinesisFixture,
  shardId,
  textsOf,
} from "../../testing/kinesis-fixture.ts";
import type { SubscribeToShardEvent } from "../../wire/models/kinesis.gen.ts";

let kinesis: KinesisFixture;
let arn: string;

beforeEach(async () => {
  kinesis = createKinesisFixture();
  arn = await kinesis.stream("s");
});

async function register(ConsumerName = "c"): Promise<string> {
  const { Consumer } = await kinesis.call("RegisterStreamConsumer", {
    StreamARN: arn,
    ConsumerName,
  });
  return Consumer.ConsumerARN;
}

/** A subscription, with the events it has got so far. */
async function subscribe(ConsumerARN: string, type = "TRIM_HORIZON", more = {}, ctx = {}) {
  const { EventStream } = await kinesis.call(
    "SubscribeToShard",
    { ConsumerARN, ShardId: shardId(0), StartingPosition: { Type: type, ...more } },
    ctx,
  );
  const events: SubscribeToShardEvent[] = [];
  const ended = (async () => {
    for await (const { SubscribeToShardEvent: event } of EventStream) {
      if (event !== undefined) {
        events.push(event);
      }
    }
    return "ended";
  })().catch((error: unknown) => error);
  await kinesis.clock.advance(0);
  return { events, ended, texts: () => events.flatMap(({ Records }) => textsOf(Records)) };
}

describe("consumers", () => {
  test("register: is described by its ARN and by its name", async () => {
    const ConsumerARN = await register();
    expect(ConsumerARN).toBe(`${arn}/consumer/c:1767225600`);
    const described = {
      ConsumerName: "c",
      ConsumerARN,
      ConsumerStatus: "ACTIVE",
      ConsumerCreationTimestamp: new Date("2026-01-01T00:00:00Z"),
    };
    const byArn = await kinesis.call("DescribeStreamConsumer", { ConsumerARN });
    expect(byArn.ConsumerDescription).toEqual({ ...described, StreamARN: arn });
    const name = { StreamARN: arn, ConsumerName: "c" };
    expect(await kinesis.call("DescribeStreamConsumer", name)).toEqual(byArn);
    expect(await kinesis.call("ListStreamConsumers", { StreamARN: arn })).toEqual({
      Consumers: [described],
    });
    expect((await kinesis.refused("RegisterStreamConsumer", name)).code).toBe(
      "ResourceInUseException",
    );
    await kinesis.call("DeregisterStreamConsumer", { ConsumerARN });
    expect((await kinesis.refused("DescribeStreamConsumer", { ConsumerARN })).code).toBe(
      "ResourceNotFoundException",
    );
  });

  test("register: 20 at most; a stream with consumers is not deleted by mistake", async () => {
    for (let count = 0; count < 20; count += 1) {
      await register(`c${String(count).padStart(2, "0")}`);
    }
    const one = { StreamARN: arn, ConsumerName: "more" };
    expect((await kinesis.refused("RegisterStreamConsumer", one)).code).toBe(
      "LimitExceededException",
    );
    const first = await kinesis.call("ListStreamConsumers", { StreamARN: arn, MaxResults: 15 });
    const { NextToken } = first;
    const rest = await kinesis.call("ListStreamConsumers", { StreamARN: arn, NextToken });
    expect([first.Consumers?.length, rest.Consumers?.[0]?.ConsumerName]).toEqual([15, "c15"]);
    expect(await kinesis.refused("DeleteStream", { StreamName: "s" })).toMatchObject({
      code: "ResourceInUseException",
      message:
        "DeleteStream can't delete 000000000000:s because there are consumers associated with " +
        "this data stream. To delete s anyway, set the EnforceConsumerDeletion parameter to true " +
        "to force the deletion of all the consumers that are associated with it.",
    });
    await kinesis.call("DeleteStream", { StreamName: "s", EnforceConsumerDeletion: true });
  });

  test("subscribe: not before the consumer is active", async () => {
    kinesis.kinesis.transitions.ms = 1_000;
    const ConsumerARN = await register();
    const input = {
      ConsumerARN,
      ShardId: shardId(0),
      StartingPosition: { Type: "LATEST" },
    };
    expect(await kinesis.refused("SubscribeToShard", input)).toMatchObject({
      code: "ResourceInUseException",
      message:
        "Consumer c with creation timestamp 1767225600 under stream: s , account 000000000000 " +
        "is not in ACTIVE status.",
    });
    await kinesis.clock.advance(1_000);
    await kinesis.call("SubscribeToShard", input);
  });
});

describe("subscriptions", () => {
  test("subscribe: gets what is there, and what comes", async () => {
    await kinesis.put("s", "a", "1", "2");
    const { texts, events } = await subscribe(await register());
    expect(texts()).toEqual(["1", "2"]);
    const [last = ""] = await kinesis.put("s", "a", "3");
    await kinesis.clock.advance(0);
    expect(texts()).toEqual(["1", "2", "3"]);
    expect(events.at(-1)).toMatchObject({
      ContinuationSequenceNumber: last,
      MillisBehindLatest: 0,
    });
  });

  test("subscribe: goes on behind the continuation number of an event without records", async () => {
    const consumer = await register();
    const first = await subscribe(consumer, "LATEST");
    const SequenceNumber = first.events.at(-1)?.ContinuationSequenceNumber ?? "";
    await kinesis.put("s", "a", "1");
    await kinesis.clock.advance(5_000);
    const second = await subscribe(consumer, "AFTER_SEQUENCE_NUMBER", { SequenceNumber });
    expect([first.texts(), second.texts()]).toEqual([["1"], ["1"]]);
  });

  test("subscribe: ends after five minutes, with a sign of life every five seconds", async () => {
    const { events, ended } = await subscribe(await register());
    await kinesis.clock.advance(299_000);
    expect(events.length).toBe(60);
    await kinesis.clock.advance(1_000);
    expect(await ended).toBe("ended");
  });

  test("subscribe: a second one waits five seconds, then takes over", async () => {
    const consumer = await register();
    const first = await subscribe(consumer);
    const input = {
      ConsumerARN: consumer,
      ShardId: shardId(0),
      StartingPosition: { Type: "LATEST" },
    };
    expect((await kinesis.refused("SubscribeToShard", input)).code).toBe("ResourceInUseException");
    await kinesis.clock.advance(5_000);
    await subscribe(consumer);
    expect(await first.ended).toMatchObject({ code: "ResourceInUseException" });
  });

  test("subscribe: the end of the shard names its children", async () => {
    const { events, ended } = await subscribe(await register());
    await kinesis.put("s", "a", "1");
    await kinesis.call("SplitShard", {
      StreamName: "s",
      ShardToSplit: shardId(0),
      NewStartingHashKey: "1000",
    });
    await kinesis.clock.advance(0);
    expect(await ended).toBe("ended");
    expect(events.at(-1)?.ChildShards?.map(({ ShardId }) => ShardId)).toEqual([
      shardId(1),
      shardId(2),
    ]);
  });

  test("subscribe: ends with its consumer, its stream and its caller", async () => {
    const consumer = await register();
    const gone = await subscribe(consumer);
    await kinesis.call("DeregisterStreamConsumer", { ConsumerARN: consumer });
    await kinesis.clock.advance(0);
    expect(await gone.ended).toMatchObject({ code: "ResourceNotFoundException" });
    const caller = new AbortController();
    const other = await subscribe(await register("d"), "LATEST", {}, { abort: caller.signal });
    caller.abort();
    expect(await other.ended).toBe("ended");
  });
});
