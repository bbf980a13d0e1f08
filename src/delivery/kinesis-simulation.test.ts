/**
 * Mappings of Kinesis streams against chance: functions that fail or report some records, pollers
 * that die, mappings that change, shards that are split, merged and scaled meanwhile. Whatever
 * happens, every record is done with, and the first time a record is done with, all earlier ones of
 * its partition key are.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSeededRandom } from "../platform/random.ts";
import { createStreamFixture, type StreamFixture } from "../testing/stream-fixture.ts";

interface KinesisEvent {
  readonly Records: readonly {
    readonly kinesis: {
      readonly sequenceNumber: string;
      readonly partitionKey: string;
      readonly data: string;
    };
  }[];
}

interface Settings {
  readonly lanes: number;
  readonly batchSize: number;
  readonly bisects: boolean;
  readonly shards: number;
  readonly start: "LATEST" | "TRIM_HORIZON";
}

type Draw = (below: number) => number;

/** One change of the shards, if they can be changed that way. */
async function reshard(cloud: StreamFixture, draw: Draw): Promise<void> {
  const { Shards } = await cloud.call("kinesis", "ListShards", {
    StreamName: "s",
    ShardFilter: { Type: "AT_LATEST" },
  });
  const open = (Shards as { ShardId: string; HashKeyRange: Record<string, string> }[]).toSorted(
    (a, b) =>
      BigInt(a.HashKeyRange["StartingHashKey"] ?? 0) <
      BigInt(b.HashKeyRange["StartingHashKey"] ?? 0)
        ? -1
        : 1,
  );
  const at = draw(open.length);
  const [one, next] = [open[at], open[at + 1]];
  const kind = draw(3);
  if (kind === 0) {
    const { StartingHashKey: low = "0", EndingHashKey: high = "0" } = one?.HashKeyRange ?? {};
    const middle = ((BigInt(low) + BigInt(high)) / 2n).toString();
    const input = { StreamName: "s", ShardToSplit: one?.ShardId, NewStartingHashKey: middle };
    await cloud.call("kinesis", "SplitShard", input);
  } else if (kind === 1 && next !== undefined) {
    const pair = { ShardToMerge: one?.ShardId, AdjacentShardToMerge: next.ShardId };
    await cloud.call("kinesis", "MergeShards", { StreamName: "s", ...pair });
  } else if (kind === 2) {
    const scaled = { StreamName: "s", TargetShardCount: open.length + 1 };
    const input = { ...scaled, ScalingType: "UNIFORM_SCALING" };
    await cloud.call("kinesis", "UpdateShardCount", input).catch(() => undefined);
  }
}

async function simulate(seed: number, steps: number, settings: Settings) {
  const cloud = await createStreamFixture({ seed });
  const random = createSeededRandom(seed);
  const draw: Draw = (below) => Math.floor(random.next() * below);
  const arn = await cloud.stream("s", settings.shards);
  const written = new Map<string, number>();
  const done = new Map<string, number[]>();
  let isCalm = false;

  const finish = (event: KinesisEvent, count: number): void => {
    for (const { kinesis } of event.Records.slice(0, count)) {
      const n = Number(Buffer.from(kinesis.data, "base64").toString());
      const known = done.get(kinesis.partitionKey) ?? [];
      if (!known.includes(n)) {
        done.set(kinesis.partitionKey, [...known, n]);
      }
    }
  };
  cloud.host.script("reader", async (given) => {
    const event = given as KinesisEvent;
    const chance = isCalm ? 1 : random.next();
    if (chance < 0.2) {
      throw new Error("bad luck");
    }
    if (chance < 0.3) {
      await cloud.clock.sleepUntil(cloud.clock.nowMs() + draw(5_000));
    }
    const failedFrom = chance < 0.5 ? draw(event.Records.length) : event.Records.length;
    finish(event, failedFrom);
    return {
      batchItemFailures: event.Records.slice(failedFrom).map(({ kinesis }) => ({
        itemIdentifier: kinesis.sequenceNumber,
      })),
    };
  });
  const UUID = await cloud.connect("reader", arn, {
    BatchSize: settings.batchSize,
    ParallelizationFactor: settings.lanes,
    BisectBatchOnFunctionError: settings.bisects,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    StartingPosition: settings.start,
  });
  const update = (more: object): Promise<unknown> =>
    cloud.call("lambda", "UpdateEventSourceMapping", { UUID, ...more }).catch(() => undefined);

  for (let step = 0; step < steps; step += 1) {
    const PartitionKey = `item${draw(6)}`;
    const n = (written.get(PartitionKey) ?? 0) + 1;
    written.set(PartitionKey, n);
    const record = { StreamName: "s", PartitionKey, Data: Buffer.from(String(n)) };
    await cloud.call("kinesis", "PutRecord", record);
    const chance = random.next();
    if (chance < 0.35) {
      await cloud.clock.advance(draw(3_000));
    } else if (chance < 0.45) {
      await cloud.restart();
    } else if (chance < 0.6) {
      await reshard(cloud, draw);
    } else if (chance < 0.65) {
      await update({ Enabled: false });
      await cloud.clock.advance(draw(2_000));
      await update({ Enabled: true });
    } else if (chance < 0.7) {
      await update({ BatchSize: 1 + draw(10), ParallelizationFactor: 1 + draw(3) });
    }
  }
  isCalm = true;
  await update({ Enabled: true });
  await cloud.clock.advance(900_000);
  await cloud.stop();
  return { written, done };
}

test("kinesis: nothing is lost, and each key stays in order, whatever happens to its shards", async () => {
  const scenario = fc.asyncProperty(
    fc.integer(),
    fc.integer({ min: 1, max: 40 }),
    fc.record({
      lanes: fc.integer({ min: 1, max: 3 }),
      batchSize: fc.integer({ min: 1, max: 10 }),
      bisects: fc.boolean(),
      shards: fc.integer({ min: 1, max: 3 }),
      start: fc.constantFrom("LATEST" as const, "TRIM_HORIZON" as const),
    }),
    async (seed, steps, settings) => {
      const { written, done } = await simulate(seed, steps, settings);
      for (const [key, count] of written) {
        expect([key, done.get(key)]).toEqual([key, Array.from({ length: count }, (_, n) => n + 1)]);
      }
    },
  );
  await fc.assert(scenario, { numRuns: 20 });
}, 120_000);
