/** What every driver of the store promises (`src/store/store.ts`), as one suite over all of them. */
import { describe, expect, onTestFinished, test } from "vitest";
import { KEY_SIZE_MAX, type Key } from "../../src/base/ordered-key.ts";
import type { SimulatedClock } from "../../src/platform/simulated-clock.ts";
import { decodeRecord, encodeRecord } from "../../src/store/record.ts";
import type { Range, ReadTx, Store, WriteTx } from "../../src/store/store.ts";
import { TIMER_PREFIX } from "../../src/store/timer-row.ts";

export interface OpenedStore {
  readonly store: Store;
  readonly clock: SimulatedClock;
  /** What the store told of its transactions, in order. */
  readonly notes: readonly object[];
  /** Closes the store and removes its data. */
  dispose(): Promise<void>;
}

export type StoreDriver = () => Promise<OpenedStore>;

/** The store's own rows lie outside. */
const PREFIX = "contract";

export async function openForTest(driver: StoreDriver): Promise<OpenedStore> {
  const opened = await driver();
  onTestFinished(() => opened.dispose());
  return opened;
}

function put(tx: WriteTx, key: Key, value: unknown): void {
  tx.set([PREFIX, ...key], encodeRecord(value));
}

function read<T>(tx: ReadTx, key: Key): T | undefined {
  const bytes = tx.get([PREFIX, ...key]);
  return bytes && decodeRecord<T>(bytes);
}

function idsIn(tx: ReadTx, range: Partial<Range> = {}): Key[] {
  return [...tx.range({ prefix: [PREFIX], ...range })].map(({ key }) => key.slice(1));
}

function bytesOf(count: number): Uint8Array {
  return Buffer.from(Array.from({ length: count }, (_, at) => (at * 31) % 251));
}

export function storeContract(name: string, driver: StoreDriver): void {
  describe(`store contract: ${name}`, () => {
    atomicity(driver);
    values(driver);
    ranges(driver);
    ordering(driver);
    signals(driver);
    notes(driver);
    closing(driver);
  });
}

function atomicity(driver: StoreDriver): void {
  test("write: a body that throws leaves no trace, timers and signals included", async () => {
    const { store } = await openForTest(driver);
    let signalled = 0;
    store.signals.subscribe("topic", () => {
      signalled += 1;
    });
    await store.write((tx) => {
      put(tx, ["kept"], 1);
      put(tx, ["deleted"], 1);
    });
    const failing = store.write((tx) => {
      put(tx, ["kept"], 2);
      put(tx, ["new"], 2);
      tx.delete([PREFIX, "deleted"]);
      tx.after({ dueMs: 5, kind: "contract.timer", key: ["k"] });
      tx.signal("topic");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    const seen = await store.read((tx) => [
      read(tx, ["kept"]),
      read(tx, ["new"]),
      read(tx, ["deleted"]),
      [...tx.range({ prefix: TIMER_PREFIX })].length,
    ]);
    expect(seen).toEqual([1, undefined, 1, 0]);
    expect(signalled).toBe(0);
  });

  test("write: others of the same moment commit when one throws", async () => {
    const { store } = await openForTest(driver);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) =>
        store.write((tx) => {
          put(tx, [at], at);
          if (at % 3 === 0) {
            throw new Error("every third");
          }
          return at;
        }),
      ),
    );
    const expected = Array.from({ length: 20 }, (_, at) => at).filter((at) => at % 3 !== 0);
    const kept = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(kept).toEqual(expected);
    expect(await store.read((tx) => idsIn(tx))).toEqual(expected.map((at) => [at]));
  });

  test("write: concurrent increments all count", async () => {
    const { store } = await openForTest(driver);
    const increment = (tx: WriteTx): number => {
      const next = (read<number>(tx, ["count"]) ?? 0) + 1;
      put(tx, ["count"], next);
      return next;
    };
    const results = await Promise.all(Array.from({ length: 200 }, () => store.write(increment)));
    expect(results).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
    expect(await store.read((tx) => read(tx, ["count"]))).toBe(200);
  });

  test("read: sees rows that change together always together", async () => {
    const { store } = await openForTest(driver);
    const writes = Array.from({ length: 100 }, (_, at) =>
      store.write((tx) => {
        put(tx, ["left"], at);
        put(tx, ["right"], at);
      }),
    );
    for (let at = 0; at < 100; at += 1) {
      const [left, right] = await store.read((tx) => [read(tx, ["left"]), read(tx, ["right"])]);
      expect(left).toBe(right);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(writes);
  });

  test("read: sees every acknowledged write", async () => {
    const { store } = await openForTest(driver);
    for (let at = 0; at < 50; at += 1) {
      await store.write((tx) => put(tx, ["row"], at));
      expect(await store.read((tx) => read(tx, ["row"]))).toBe(at);
    }
  });

  test("write: a body that changes nothing gives its result", async () => {
    const { store } = await openForTest(driver);
    const pending = store.write((tx) => put(tx, ["row"], 7));
    expect(await store.write((tx) => read(tx, ["row"]))).toBe(7);
    await pending;
    expect(await store.write((tx) => read(tx, ["row"]))).toBe(7);
  });
}

function values(driver: StoreDriver): void {
  test("set: keeps values from none to several MiB, and the longest key", async () => {
    const { store } = await openForTest(driver);
    const sizes = [0, 1, 4095, 40_000, 3 * 2 ** 20];
    // Two tags, two terminators and the prefix take the rest.
    const longest = "k".repeat(KEY_SIZE_MAX - PREFIX.length - 4);
    await store.write((tx) => {
      for (const size of sizes) {
        tx.set([PREFIX, size], bytesOf(size));
      }
      tx.set([PREFIX, longest], bytesOf(3));
    });
    const seen = await store.read((tx) => sizes.map((size) => tx.get([PREFIX, size])));
    seen.forEach((value, at) => {
      expect(Buffer.compare(value ?? bytesOf(9), bytesOf(sizes[at] ?? 0))).toBe(0);
    });
    const ranged = await store.read((tx) => [...tx.range({ prefix: [PREFIX] })]);
    expect(ranged.map(({ key }) => key[1])).toEqual([longest, ...sizes]);
    expect(ranged.map(({ value }) => value.length)).toEqual([3, ...sizes]);
    const reversed = await store.read((tx) => [...tx.range({ prefix: [PREFIX], reverse: true })]);
    expect(reversed.map(({ value }) => value.length)).toEqual([3, ...sizes].reverse());
  });

  test("set: refuses a key that is too long, and goes on", async () => {
    const { store } = await openForTest(driver);
    const tooLong = store.write((tx) => tx.set([PREFIX, "k".repeat(KEY_SIZE_MAX)], bytesOf(1)));
    await expect(tooLong).rejects.toThrow("over 4026");
    await store.write((tx) => put(tx, ["row"], 1));
    expect(await store.read((tx) => idsIn(tx))).toEqual([["row"]]);
  });

  test("get: a value handed out stays as it is", async () => {
    const { store } = await openForTest(driver);
    await store.write((tx) => tx.set([PREFIX, "a"], bytesOf(100)));
    const value = await store.read((tx) => tx.get([PREFIX, "a"]));
    await store.write((tx) => tx.set([PREFIX, "a"], Buffer.alloc(100, 9)));
    await store.read((tx) => tx.get([PREFIX, "a"]));
    expect(Buffer.compare(value ?? bytesOf(0), bytesOf(100))).toBe(0);
  });

  test("write: one reading of the clock, seeded chance", async () => {
    const { store, clock } = await openForTest(driver);
    await clock.advance(1234);
    const [nowMs, first, second] = await store.write((tx) => [
      tx.nowMs,
      tx.random.uuid(),
      tx.random.uuid(),
    ]);
    expect(nowMs).toBe(clock.nowMs());
    expect(await store.read((tx) => tx.nowMs)).toBe(clock.nowMs());
    const third = await store.write((tx) => tx.random.uuid());
    expect(new Set([first, second, third]).size).toBe(3);
  });
}

function ranges(driver: StoreDriver): void {
  const filled = async (): Promise<Store> => {
    const { store } = await openForTest(driver);
    await store.write((tx) => {
      for (const id of [["a"], ["b"], ["b", 1], ["b", 2], ["c"]]) {
        put(tx, id, null);
      }
      tx.set(["contracts"], bytesOf(1));
    });
    return store;
  };

  test.each<[string, Partial<Range>, readonly Key[]]>([
    ["prefix", { prefix: [PREFIX, "b"] }, [["b"], ["b", 1], ["b", 2]]],
    ["from", { from: [PREFIX, "b", 1] }, [["b", 1], ["b", 2], ["c"]]],
    ["after", { after: [PREFIX, "b"] }, [["b", 1], ["b", 2], ["c"]]],
    ["until", { until: [PREFIX, "b", 1] }, [["a"], ["b"]]],
    ["through", { through: [PREFIX, "b"] }, [["a"], ["b"]]],
    ["limit", { limit: 2 }, [["a"], ["b"]]],
    ["no limit left", { limit: 0 }, []],
    ["reverse", { reverse: true }, [["c"], ["b", 2], ["b", 1], ["b"], ["a"]]],
    [
      "all at once",
      { from: [PREFIX, "b"], until: [PREFIX, "c"], reverse: true, limit: 2 },
      [
        ["b", 2],
        ["b", 1],
      ],
    ],
    ["bounds outside the prefix", { from: ["a"], until: ["z"], limit: 1 }, [["a"]]],
    ["crossed bounds", { from: [PREFIX, "c"], until: [PREFIX, "b"] }, []],
  ])("range: %s", async (_, range, expected) => {
    const store = await filled();
    expect(await store.read((tx) => idsIn(tx, range))).toEqual(expected);
    const written = await store.write((tx) => {
      const ids = idsIn(tx, range);
      put(tx, ["a"], "rewritten");
      return [ids, idsIn(tx, range)];
    });
    expect(written).toEqual([expected, expected]);
  });

  test("range: a body sees its own writes and those before it in their places", async () => {
    const store = await filled();
    const earlier = store.write((tx) => {
      put(tx, ["aa"], 1);
      tx.delete([PREFIX, "b"]);
      put(tx, ["d"], 1);
    });
    const seen = await store.write((tx) => {
      put(tx, ["b"], 2);
      put(tx, ["e"], 2);
      tx.delete([PREFIX, "c"]);
      return [idsIn(tx), idsIn(tx, { reverse: true })];
    });
    await earlier;
    const expected = [["a"], ["aa"], ["b"], ["b", 1], ["b", 2], ["d"], ["e"]];
    expect(seen).toEqual([expected, [...expected].reverse()]);
    expect(await store.read((tx) => idsIn(tx))).toEqual(expected);
  });

  test("range: a consumer may stop early, any number of times", async () => {
    const store = await filled();
    for (let at = 0; at < 2_000; at += 1) {
      const first = await store.read((tx) => {
        const [entry] = tx.range({ prefix: [PREFIX] });
        return entry?.key;
      });
      expect(first).toEqual([PREFIX, "a"]);
    }
    await store.write((tx) => put(tx, ["0"], 1));
    expect(await store.read((tx) => idsIn(tx, { limit: 1 }))).toEqual([["0"]]);
  });

  test("clearRange: deletes up to its limit and says how many", async () => {
    const store = await filled();
    const cleared = await store.write((tx) => [
      tx.clearRange({ prefix: [PREFIX, "b"], limit: 2 }),
      tx.clearRange({ prefix: [PREFIX, "b"] }),
      tx.clearRange({ prefix: [PREFIX, "b"] }),
    ]);
    expect(cleared).toEqual([2, 1, 0]);
    expect(await store.read((tx) => idsIn(tx))).toEqual([["a"], ["c"]]);
  });
}

function ordering(driver: StoreDriver): void {
  test("orderedId: sorts behind every earlier one, within a write and between writes", async () => {
    const { store, clock } = await openForTest(driver);
    const three = (tx: WriteTx): string[] => [tx.orderedId(), tx.orderedId(), tx.orderedId()];
    const batches = await Promise.all(Array.from({ length: 50 }, () => store.write(three)));
    await clock.advance(1);
    batches.push(await store.write(three));
    const ids = batches.flat();
    expect([...new Set(ids)].sort()).toEqual(ids);
    expect(ids.every((id) => id.length === 20)).toBe(true);
  });

  test("after: one row a timer, in the order of due times; cancel takes it back", async () => {
    const { store } = await openForTest(driver);
    await store.write((tx) => {
      tx.after({ dueMs: 20, kind: "contract.b", key: ["x"] });
      tx.after({ dueMs: 10, kind: "contract.b", key: ["y", 1] });
      tx.after({ dueMs: 20, kind: "contract.a", key: ["x"] });
      tx.after({ dueMs: 20, kind: "contract.a", key: ["x"] });
      tx.cancel({ dueMs: 99, kind: "contract.a", key: ["x"] });
    });
    await store.write((tx) => tx.cancel({ dueMs: 20, kind: "contract.b", key: ["x"] }));
    const timers = await store.read((tx) => [...tx.range({ prefix: TIMER_PREFIX })]);
    expect(timers.map(({ key }) => key.slice(1))).toEqual([
      [10, "contract.b", "y", 1],
      [20, "contract.a", "x"],
    ]);
  });
}

function notes(driver: StoreDriver): void {
  test("note: told once when the write is done, and never of one that threw", async () => {
    const opened = await openForTest(driver);
    const failed = opened.store.write((tx) => {
      tx.note({ of: "failed" });
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    await opened.store.write((tx) => {
      read(tx, ["a"]);
      tx.note({ of: "first" });
      put(tx, ["a"], 1);
    });
    await opened.store.write((tx) => {
      tx.note({ of: "second" });
      tx.note({ of: "third" });
    });
    expect(opened.notes).toEqual([{ of: "first" }, { of: "second" }, { of: "third" }]);
  });
}

function signals(driver: StoreDriver): void {
  test("signal: wakes the topic's subscribers once the write is there to be read", async () => {
    const { store } = await openForTest(driver);
    const reads: Promise<unknown>[] = [];
    const unsubscribe = store.signals.subscribe("topic", () => {
      reads.push(store.read((tx) => read(tx, ["row"])));
    });
    const next = store.signals.next("topic");
    await store.write((tx) => {
      put(tx, ["row"], "there");
      tx.signal("topic");
      tx.signal("other");
    });
    await next;
    await store.write((tx) => tx.signal("other"));
    expect(await Promise.all(reads)).toEqual(["there"]);
    unsubscribe();
    await store.write((tx) => tx.signal("topic"));
    expect(reads.length).toBe(1);
  });

  test("signal: a body that changes nothing signals all the same", async () => {
    const { store } = await openForTest(driver);
    const next = store.signals.next("topic");
    await store.write((tx) => tx.signal("topic"));
    await next;
  });
}

function closing(driver: StoreDriver): void {
  test("close: what was under way is settled, later calls are refused", async () => {
    const { store } = await openForTest(driver);
    const pending = Promise.all([1, 2, 3].map((at) => store.write((tx) => put(tx, [at], at))));
    await Promise.all([store.close(), store.close()]);
    await pending;
    await expect(store.read((tx) => idsIn(tx))).rejects.toThrow("closed");
    await expect(store.write((tx) => put(tx, [4], 4))).rejects.toThrow("closed");
  });
}
