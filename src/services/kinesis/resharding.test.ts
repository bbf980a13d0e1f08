import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import {
  createKinesisFixture,
  type KinesisFixture,
  shardId,
  textsOf,
} from "../../testing/kinesis-fixture.ts";
import type { Shard } from "../../wire/models/kinesis.gen.ts";

let kinesis: KinesisFixture;

beforeEach(() => {
  kinesis = createKinesisFixture();
});

const MIDDLE = (2n ** 127n).toString();
const LAST = (2n ** 128n - 1n).toString();

async function shards(more = {}): Promise<readonly Shard[]> {
  return (await kinesis.call("ListShards", { StreamName: "s", ...more })).Shards ?? [];
}

const ids = (found: readonly Shard[]) => found.map(({ ShardId }) => Number(ShardId.slice(-12)));
const isOpen = ({ SequenceNumberRange: range }: Shard) => range.EndingSequenceNumber === undefined;

const split = (shard: number, NewStartingHashKey = MIDDLE) =>
  kinesis.call("SplitShard", { StreamName: "s", ShardToSplit: shardId(shard), NewStartingHashKey });
const merge = (a: number, b: number) =>
  kinesis.call("MergeShards", {
    StreamName: "s",
    ShardToMerge: shardId(a),
    AdjacentShardToMerge: shardId(b),
  });
const scale = (TargetShardCount: number) =>
  kinesis.call("UpdateShardCount", {
    StreamName: "s",
    TargetShardCount,
    ScalingType: "UNIFORM_SCALING",
  });

describe("split and merge", () => {
  test("split: closes the parent and opens two children behind it", async () => {
    await kinesis.stream("s");
    const [before = ""] = await kinesis.put("s", "a", "1");
    await split(0);
    const [parent, lower, upper] = await shards();
    expect(parent?.SequenceNumberRange.EndingSequenceNumber).toBeDefined();
    expect(lower).toMatchObject({
      ShardId: shardId(1),
      ParentShardId: shardId(0),
      HashKeyRange: { StartingHashKey: "0", EndingHashKey: (2n ** 127n - 1n).toString() },
    });
    expect(upper).toMatchObject({
      ParentShardId: shardId(0),
      HashKeyRange: { StartingHashKey: MIDDLE, EndingHashKey: LAST },
    });
    const start = lower?.SequenceNumberRange.StartingSequenceNumber ?? "";
    const end = parent?.SequenceNumberRange.EndingSequenceNumber ?? "";
    expect([before, end, start]).toEqual([before, end, start].sort());
    await kinesis.put("s", "a", "2");
    await kinesis.put("s", "b", "3");
    const all = await Promise.all([0, 1, 2].map((shard) => kinesis.texts("s", shard)));
    expect(all).toEqual([["1"], ["2"], ["3"]]);
  });

  test("read: the end of a closed shard names its children", async () => {
    await kinesis.stream("s");
    await kinesis.put("s", "a", "1", "2");
    await split(0);
    const ShardIterator = await kinesis.iterator("s");
    const first = await kinesis.call("GetRecords", { ShardIterator, Limit: 1 });
    expect(first.ChildShards).toBeUndefined();
    const rest = await kinesis.call("GetRecords", {
      ShardIterator: first.NextShardIterator ?? "",
    });
    expect(textsOf(rest.Records)).toEqual(["2"]);
    expect(rest.NextShardIterator).toBeUndefined();
    expect(rest.ChildShards).toEqual([
      {
        ShardId: shardId(1),
        ParentShards: [shardId(0)],
        HashKeyRange: { StartingHashKey: "0", EndingHashKey: (2n ** 127n - 1n).toString() },
      },
      {
        ShardId: shardId(2),
        ParentShards: [shardId(0)],
        HashKeyRange: { StartingHashKey: MIDDLE, EndingHashKey: LAST },
      },
    ]);
  });

  test("merge: joins neighbours, in whichever order they are named", async () => {
    await kinesis.stream("s", 3);
    await merge(2, 1);
    const found = await shards();
    expect(found.at(-1)).toMatchObject({
      ShardId: shardId(3),
      ParentShardId: shardId(2),
      AdjacentParentShardId: shardId(1),
      HashKeyRange: { EndingHashKey: LAST },
    });
    expect(ids(found.filter(isOpen))).toEqual([0, 3]);
  });

  test.each([
    [
      "split",
      7,
      0,
      "ResourceNotFoundException",
      /^Could not find shard shardId-000000000007 in stream s under/,
    ],
    ["split", 0, 1, "InvalidArgumentException", /is not both greater than one plus the shard's/],
    [
      "merge",
      0,
      2,
      "InvalidArgumentException",
      /^Shards shardId-000000000000 and shardId-000000000002 in stream s under account 000000000000 are not an adjacent pair of shards eligible for merging$/,
    ],
    ["merge", 0, 7, "ResourceNotFoundException", /^Could not find shard/],
  ] as const)("%s %i %i: is refused", async (operation, a, b, code, message) => {
    await kinesis.stream("s", 3);
    const error: unknown = await (operation === "split" ? split(a, String(b)) : merge(a, b)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test("split: a closed shard is refused", async () => {
    await kinesis.stream("s");
    await split(0);
    await expect(split(0)).rejects.toMatchObject({
      code: "InvalidArgumentException",
      message:
        "Shard shardId-000000000000 in stream s under account 000000000000 has already been " +
        "merged or split, and thus is not eligible for merging or splitting.",
    });
  });
});

describe("update shard count", () => {
  test.each([
    [2, 4, 4],
    [4, 2, 2],
    [2, 3, 3],
    [3, 2, 2],
  ])("from %i to %i", async (from, to, open) => {
    await kinesis.stream("s", from);
    const answer = await scale(to);
    expect(answer).toMatchObject({ CurrentShardCount: from, TargetShardCount: to });
    const found = await shards({ ShardFilter: { Type: "AT_LATEST" } });
    const sizes = found.map(({ HashKeyRange: range }) => {
      const size = BigInt(range.EndingHashKey) - BigInt(range.StartingHashKey) + 1n;
      return size / (2n ** 128n / BigInt(open)) === 1n;
    });
    expect(sizes).toEqual(Array.from({ length: open }, () => true));
  });

  test("limits: double, half, and ten times a day", async () => {
    await kinesis.stream("s", 4);
    const code = "InvalidArgumentException";
    await expect(scale(9)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/cannot scale up over double/),
    });
    await expect(scale(1)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/cannot scale down below half/),
    });
    for (let count = 0; count < 10; count += 1) {
      await scale(count % 2 === 0 ? 5 : 4);
    }
    await expect(scale(5)).rejects.toMatchObject({ code: "LimitExceededException" });
    await kinesis.clock.advance(86_400_000);
    await scale(5);
  });

  test("on demand: shards are Kinesis' own business", async () => {
    const StreamModeDetails = { StreamMode: "ON_DEMAND" };
    await kinesis.call("CreateStream", { StreamName: "s", StreamModeDetails });
    expect(await shards()).toHaveLength(4);
    await expect(scale(5)).rejects.toMatchObject({ code: "ValidationException" });
  });
});

describe("list shards", () => {
  test("filters: what was open when", async () => {
    await kinesis.stream("s");
    await kinesis.clock.advance(60_000);
    const Timestamp = new Date(kinesis.clock.nowMs());
    await kinesis.clock.advance(60_000);
    await split(0);
    await kinesis.clock.advance(60_000);
    await split(1, "1000");
    const filtered = async (Type: string, more = {}) =>
      ids(await shards({ ShardFilter: { Type, ...more } }));
    expect(await filtered("FROM_TRIM_HORIZON")).toEqual([0, 1, 2, 3, 4]);
    expect(await filtered("AT_TRIM_HORIZON")).toEqual([0]);
    expect(await filtered("AT_LATEST")).toEqual([2, 3, 4]);
    expect(await filtered("AT_TIMESTAMP", { Timestamp })).toEqual([0]);
    expect(
      await filtered("FROM_TIMESTAMP", { Timestamp: new Date(kinesis.clock.nowMs() - 1_000) }),
    ).toEqual([1, 2, 3, 4]);
    expect(await filtered("AFTER_SHARD_ID", { ShardId: shardId(2) })).toEqual([3, 4]);
    expect(ids(await shards({ ExclusiveStartShardId: shardId(3) }))).toEqual([4]);
  });

  test("pages: a token goes on with the same filter, alone, for five minutes", async () => {
    await kinesis.stream("s", 5);
    const ShardFilter = { Type: "AT_LATEST" };
    const first = await kinesis.call("ListShards", { StreamName: "s", MaxResults: 2, ShardFilter });
    await merge(0, 1);
    const { NextToken = "" } = first;
    const second = await kinesis.call("ListShards", { NextToken, MaxResults: 10 });
    expect([ids(first.Shards ?? []), ids(second.Shards ?? [])]).toEqual([
      [0, 1],
      [2, 3, 4, 5],
    ]);
    expect(second.NextToken).toBeUndefined();
    expect(await kinesis.refused("ListShards", { NextToken, StreamName: "s" })).toMatchObject({
      code: "InvalidArgumentException",
      message: "NextToken and StreamName cannot be provided together.",
    });
    await kinesis.clock.advance(300_001);
    expect((await kinesis.refused("ListShards", { NextToken })).code).toBe(
      "ExpiredNextTokenException",
    );
  });

  test("closed shards go with their last records", async () => {
    await kinesis.stream("s");
    await kinesis.put("s", "a", "1");
    await split(0);
    await kinesis.clock.advance(86_400_000);
    expect(ids(await shards())).toEqual([0, 1, 2]);
    await kinesis.clock.advance(1);
    expect(ids(await shards())).toEqual([1, 2]);
  });

  test("describe: pages of shards", async () => {
    await kinesis.stream("s", 3);
    const page = async (more: object) =>
      (await kinesis.call("DescribeStream", { StreamName: "s", ...more })).StreamDescription;
    const first = await page({ Limit: 2 });
    expect([ids(first.Shards), first.HasMoreShards]).toEqual([[0, 1], true]);
    const rest = await page({ ExclusiveStartShardId: shardId(1) });
    expect([ids(rest.Shards), rest.HasMoreShards]).toEqual([[2], false]);
  });
});

test("law: however a stream is resharded, its open shards cover every hash key once", async () => {
  const step = fc.record({ kind: fc.constantFrom("split", "merge", "scale"), pick: fc.nat(1_000) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      kinesis = createKinesisFixture();
      await kinesis.stream("s", 2);
      for (const { kind, pick } of steps) {
        const open = (await shards({ ShardFilter: { Type: "AT_LATEST" } })).toSorted((a, b) =>
          BigInt(a.HashKeyRange.StartingHashKey) < BigInt(b.HashKeyRange.StartingHashKey) ? -1 : 1,
        );
        const at = pick % open.length;
        const [first, second] = [open[at], open[at + 1]];
        const range = first?.HashKeyRange ?? { StartingHashKey: "0", EndingHashKey: "0" };
        const [low, high] = [BigInt(range.StartingHashKey), BigInt(range.EndingHashKey)];
        const index = Number(first?.ShardId.slice(-12));
        if (kind === "split") {
          await split(index, ((low + high) / 2n).toString());
        } else if (kind === "merge" && second !== undefined) {
          await merge(index, Number(second.ShardId.slice(-12)));
        } else if (kind === "scale" && open.length > 1) {
          await scale(pick % 2 === 0 ? open.length + 1 : Math.ceil(open.length / 2));
        }
      }
      const ranges = (await shards({ ShardFilter: { Type: "AT_LATEST" } }))
        .map(({ HashKeyRange: range }) => [
          BigInt(range.StartingHashKey),
          BigInt(range.EndingHashKey),
        ])
        .sort(([a = 0n], [b = 0n]) => (a < b ? -1 : 1));
      expect(ranges[0]?.[0]).toBe(0n);
      expect(ranges.at(-1)?.[1]).toBe(2n ** 128n - 1n);
      ranges.slice(1).forEach(([start = 0n], index) => {
        expect(start).toBe((ranges[index]?.[1] ?? 0n) + 1n);
      });
    }),
    { numRuns: 15 },
  );
});
