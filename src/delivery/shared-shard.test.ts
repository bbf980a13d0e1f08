import fc from "fast-check";
import { expect, test } from "vitest";
import type { StreamReading } from "../outbox/stream-position.ts";
import { type KeptMax, SharedShard } from "./shared-shard.ts";
import type { ShardReads, SourceRecord } from "./stream-source.ts";

const READING: StreamReading = { start: "TRIM_HORIZON", bornSequence: "0" };

function record(number: number): SourceRecord {
  return {
    sequenceNumber: String(number),
    partition: "",
    arrivedMs: 0,
    json: "x".repeat(10),
    filtered: {},
    event: {},
  };
}

/** A shard with records 1, 2, 3 ... that grows until it is closed. Iterators fail now and then. */
function growingShard() {
  const shard = { count: 0, isClosed: false, reads: 0, failsNext: false };
  const reads: ShardReads = {
    iterator: async (_, after) => after ?? "0",
    async records(iterator, limit) {
      shard.reads += 1;
      if (shard.failsNext) {
        shard.failsNext = false;
        throw new Error("no luck");
      }
      const from = Number(iterator);
      const size = Math.max(0, Math.min(limit, shard.count - from));
      const isAtTip = from + size >= shard.count;
      return {
        records: Array.from({ length: size }, (_, at) => record(from + at + 1)),
        next: isAtTip && shard.isClosed ? undefined : String(from + size),
        isAtTip,
      };
    },
  };
  return { shard, reads };
}

/** Reads as a lane does: to the tip, or, when it fails, from where it was. */
class Lane {
  readonly seen: number[] = [];
  isEnded = false;
  readonly #shared: SharedShard;
  readonly #after: number;
  #place: string | undefined;

  constructor(shared: SharedShard, after: number) {
    this.#shared = shared;
    this.#after = after;
  }

  async page(limit: number): Promise<boolean> {
    const last = this.seen.at(-1) ?? this.#after;
    const after = last === 0 ? undefined : String(last);
    this.#place ??= await this.#shared.iterator("s", after);
    try {
      const page = await this.#shared.records(this.#place, limit, READING);
      this.seen.push(...page.records.map(({ sequenceNumber }) => Number(sequenceNumber)));
      this.#place = page.next;
      this.isEnded = page.next === undefined;
      return page.isAtTip;
    } catch {
      this.#place = undefined;
      return false;
    }
  }
}

test("every lane gets every record behind its place once, in order, whatever is kept", async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("grow" as const), by: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ kind: fc.constant("fail" as const) }),
    fc.record({
      kind: fc.constant("read" as const),
      lanes: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
      limit: fc.integer({ min: 1, max: 8 }),
    }),
  );
  const max = fc.record({
    records: fc.integer({ min: 1, max: 20 }),
    bytes: fc.integer({ min: 5, max: 300 }),
  });
  const starts = fc.array(fc.nat(9), { minLength: 4, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      max,
      starts,
      async (steps, kept, afters) => {
        const { shard, reads } = growingShard();
        shard.count = 10;
        const shared = new SharedShard(reads, "s", kept as KeptMax);
        const lanes = afters.map((after) => new Lane(shared, after));
        for (const one of steps) {
          if (one.kind === "grow") {
            shard.count += one.by;
          } else if (one.kind === "fail") {
            shard.failsNext = true;
          } else {
            await Promise.all(one.lanes.filter(isFirst).map((at) => lanes[at]?.page(one.limit)));
          }
        }
        shard.isClosed = true;
        for (const [at, lane] of lanes.entries()) {
          for (let page = 0; page < 200 && !lane.isEnded; page += 1) {
            await lane.page(5);
          }
          const after = afters[at] ?? 0;
          expect(lane.seen).toEqual(
            Array.from({ length: shard.count - after }, (_, index) => after + index + 1),
          );
          expect(lane.isEnded).toBe(true);
        }
      },
    ),
    { numRuns: 200 },
  );
});

const isFirst = (value: number, at: number, all: readonly number[]): boolean =>
  all.indexOf(value) === at;

test("lanes that go together read the shard once", async () => {
  const { shard, reads } = growingShard();
  shard.count = 100;
  const shared = new SharedShard(reads, "s");
  const lanes = [0, 0, 0, 0].map((after) => new Lane(shared, after));
  for (let page = 0; page < 10; page += 1) {
    await Promise.all(lanes.map((lane) => lane.page(10)));
  }
  expect(lanes.map(({ seen }) => seen.length)).toEqual([100, 100, 100, 100]);
  expect(shard.reads).toBe(10);
});
