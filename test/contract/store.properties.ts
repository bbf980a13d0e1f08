/** Random transactions against a naive model, over every driver. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeKey, encodeKey, type Key } from "../../src/base/ordered-key.ts";
import type { Range, ReadTx, Store, WriteTx } from "../../src/store/store.ts";
import type { StoreDriver } from "./store.contract.ts";

type Action =
  | { readonly do: "set"; readonly key: Key; readonly value: number }
  | { readonly do: "delete"; readonly key: Key }
  | { readonly do: "clear"; readonly range: Range }
  | { readonly do: "get"; readonly key: Key }
  | { readonly do: "range"; readonly range: Range };

interface Step {
  readonly actions: readonly Action[];
  readonly throws: boolean;
  /** Whether the next step waits for this one to be acknowledged. */
  readonly awaited: boolean;
}

/** Few keys, so that steps meet; all under a prefix that no driver uses itself. */
const part = fc.constantFrom("", "a", "a\0", "b", 0, -1, 2.5, true, false, Buffer.from([0]));
const key = fc.array(part, { maxLength: 3 }).map((parts): Key => ["p", ...parts]);
const value = fc.nat(255);
const range = fc.record(
  {
    prefix: fc.array(part, { maxLength: 1 }).map((parts): Key => ["p", ...parts]),
    from: key,
    after: key,
    until: key,
    through: key,
    reverse: fc.boolean(),
    limit: fc.nat(4),
  },
  { requiredKeys: ["prefix"] },
);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("set" as const), key, value }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("clear" as const), range }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("get" as const), key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("range" as const), range }) },
);
const step: fc.Arbitrary<Step> = fc.record({
  actions: fc.array(action, { maxLength: 8 }),
  throws: fc.boolean(),
  awaited: fc.boolean(),
});

export function storeProperties(name: string, driver: StoreDriver): void {
  describe(`store properties: ${name}`, () => {
    test("any transactions give what a sorted list gives", { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const { store, dispose } = await driver();
          try {
            await compare(store, steps);
          } finally {
            await dispose();
          }
        }),
        { numRuns: 60 },
      );
    });
  });
}

async function compare(store: Store, steps: readonly Step[]): Promise<void> {
  let model = new Model();
  const pending: Promise<void>[] = [];
  for (const { actions, throws, awaited } of steps) {
    const attempt = model.copy();
    const expected = attempt.run(actions);
    const actual = store.write((tx) => {
      const results = runOn(tx, actions);
      if (throws) {
        throw new Aborted(results);
      }
      return results as never;
    });
    pending.push(
      actual.then(
        (results) => expect(results).toEqual(expected),
        (error: unknown) => expect((error as Aborted).results).toEqual(expected),
      ),
    );
    model = throws ? model : attempt;
    if (awaited) {
      await Promise.all(pending);
      expect(await store.read((tx) => listed(tx, { prefix: ["p"] }))).toEqual(
        model.range({ prefix: ["p"] }),
      );
    }
  }
  await Promise.all(pending);
}

class Aborted extends Error {
  override readonly name = "Aborted";
  readonly results: readonly unknown[];

  constructor(results: readonly unknown[]) {
    super("aborted by the test");
    this.results = results;
  }
}

function runOn(tx: WriteTx, actions: readonly Action[]): readonly unknown[] {
  return actions.map((one) => runOne(tx, one));
}

function runOne(tx: WriteTx, one: Action): unknown {
  switch (one.do) {
    case "set":
      tx.set(one.key, Buffer.from([one.value]));
      return undefined;
    case "delete":
      tx.delete(one.key);
      return undefined;
    case "clear":
      return tx.clearRange(one.range);
    case "get":
      return tx.get(one.key)?.[0];
    case "range":
      return listed(tx, one.range);
  }
}

/** Keys as hex, so that a failure shows them readably. */
function listed(tx: ReadTx, wanted: Range): readonly unknown[] {
  return [...tx.range(wanted)].map((entry) => [hex(entry.key), entry.value[0]]);
}

function hex(one: Key): string {
  return Buffer.from(encodeKey(one)).toString("hex");
}

function startsWith(row: string, prefix: Key): boolean {
  const parts = decodeKey(Buffer.from(row, "hex")).slice(0, prefix.length);
  return hex(parts) === hex(prefix);
}

/** The naive model: a map, sorted at every question. */
class Model {
  readonly #rows: Map<string, number>;

  constructor(rows: Iterable<readonly [string, number]> = []) {
    this.#rows = new Map(rows);
  }

  copy(): Model {
    return new Model(this.#rows);
  }

  run(actions: readonly Action[]): readonly unknown[] {
    return actions.map((one) => this.#runOne(one));
  }

  #runOne(one: Action): unknown {
    switch (one.do) {
      case "set":
        this.#rows.set(hex(one.key), one.value);
        return undefined;
      case "delete":
        this.#rows.delete(hex(one.key));
        return undefined;
      case "clear": {
        const rows = this.range(one.range);
        for (const [row] of rows) {
          this.#rows.delete(row);
        }
        return rows.length;
      }
      case "get":
        return this.#rows.get(hex(one.key));
      case "range":
        return this.range(one.range);
    }
  }

  range(wanted: Range): (readonly [string, number])[] {
    const rows = [...this.#rows].filter(
      ([row]) =>
        startsWith(row, wanted.prefix) &&
        (wanted.from === undefined || row >= hex(wanted.from)) &&
        (wanted.after === undefined || row > hex(wanted.after)) &&
        (wanted.until === undefined || row < hex(wanted.until)) &&
        (wanted.through === undefined || row <= hex(wanted.through)),
    );
    rows.sort(([a], [b]) => (a < b ? -1 : 1));
    return (wanted.reverse === true ? rows.reverse() : rows).slice(0, wanted.limit);
  }
}
