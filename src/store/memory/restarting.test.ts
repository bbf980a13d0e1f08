import fc from "fast-check";
import { expect, test } from "vitest";
import { createSeededRandom } from "../../platform/random.ts";
import { createSimulatedClock } from "../../platform/simulated-clock.ts";
import { encodeRecord } from "../record.ts";
import type { Store, WriteTx } from "../store.ts";
import { createMemoryStore } from "./memory-store.ts";

function memoryStore(restarting: boolean): Store {
  const clock = createSimulatedClock();
  return createMemoryStore({ clock, random: createSeededRandom(3), restarting });
}

/** Reads, draws, writes and lists, each depending on what came before. */
function wander(tx: WriteTx, steps: readonly number[]): readonly unknown[] {
  return steps.map((step) => {
    const drawn = Math.floor(tx.random.next() * 4);
    const before = tx.get(["row", step, drawn])?.length;
    tx.set(["row", step, drawn], encodeRecord(`${before}:${tx.orderedId()}`));
    tx.delete(["row", step + 1, drawn]);
    const listed = [...tx.range({ prefix: ["row"], reverse: step % 2 === 0, limit: 3 })];
    return [before, drawn, listed.map(({ key, value }) => [key, Buffer.from(value).toString()])];
  });
}

test("restarting: gives what running once gives", async () => {
  const transactions = fc.array(fc.array(fc.nat(5), { maxLength: 5 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(transactions, async (all) => {
      const [once, restarting] = [memoryStore(false), memoryStore(true)];
      for (const steps of all) {
        const body = (tx: WriteTx): string => JSON.stringify(wander(tx, steps));
        expect(await restarting.write(body)).toBe(await once.write(body));
      }
    }),
  );
});

test("restarting: shows a body that depends on running once", async () => {
  const store = memoryStore(true);
  let runs = 0;
  await store.write((tx) => {
    runs += 1;
    tx.get(["a"]);
    tx.get(["b"]);
  });
  expect(runs).toBe(3);
});
