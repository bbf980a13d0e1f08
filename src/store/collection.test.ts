import { expect, test } from "vitest";
import { createTestStore } from "../testing/test-store.ts";
import { collection, rememberingCollection } from "./collection.ts";

interface Queue {
  readonly name: string;
}

const queues = collection<Queue>("test", "queue");

test("collection: lists records in the order of their ids, within bounds", async () => {
  const { store } = createTestStore();
  await store.write((tx) => {
    for (const name of ["b", "a", "c", "d"]) {
      queues.put(tx, ["account", name], { name });
    }
    queues.put(tx, ["other", "z"], { name: "z" });
    queues.delete(tx, ["account", "d"]);
  });
  const names = (range = {}): Promise<string[]> =>
    store.read((tx) =>
      [...queues.list(tx, { prefix: ["account"], ...range })].map(({ record }) => record.name),
    );
  expect(await names()).toEqual(["a", "b", "c"]);
  expect(await names({ reverse: true, limit: 2 })).toEqual(["c", "b"]);
  expect(await names({ after: ["account", "a"] })).toEqual(["b", "c"]);
  expect(await names({ from: ["account", "b"], until: ["account", "c"] })).toEqual(["b"]);
  expect(await names({ through: ["account", "b"] })).toEqual(["a", "b"]);
});

test("collection: a body reads its own writes, ranges included", async () => {
  const { store } = createTestStore();
  await store.write((tx) => queues.put(tx, ["m"], { name: "m" }));
  const seen = await store.write((tx) => {
    queues.put(tx, ["k"], { name: "k" });
    queues.put(tx, ["n"], { name: "n" });
    queues.put(tx, ["m"], { name: "m2" });
    const forward = [...queues.list(tx)].map(({ record }) => record.name);
    const backward = [...queues.list(tx, { reverse: true })].map(({ record }) => record.name);
    queues.delete(tx, ["m"]);
    return [forward, backward, [...queues.list(tx)].map(({ record }) => record.name)];
  });
  expect(seen).toEqual([
    ["k", "m2", "n"],
    ["n", "m2", "k"],
    ["k", "n"],
  ]);
});

test("remembering collection: the same record while it is the same, and never an old one", async () => {
  const { store } = createTestStore();
  const names = rememberingCollection<Queue>("test", "remembered");
  const get = () => store.read((tx) => names.get(tx, ["a"]));
  expect(await get()).toBeUndefined();
  await store.write((tx) => names.put(tx, ["a"], { name: "one" }));
  const first = await get();
  expect(first).toEqual({ name: "one" });
  expect(await get()).toBe(first);
  const failed = store.write((tx) => {
    names.put(tx, ["a"], { name: "two" });
    expect(names.get(tx, ["a"])).toEqual({ name: "two" });
    throw new Error("undone");
  });
  await expect(failed).rejects.toThrow("undone");
  expect(await get()).toEqual({ name: "one" });
  await store.write((tx) => names.delete(tx, ["a"]));
  expect(await get()).toBeUndefined();
});
