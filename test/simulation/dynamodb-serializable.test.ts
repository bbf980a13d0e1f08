/**
 * Concurrent clients append to lists over HTTP; what they saw must have an order in which all of it
 * could have happened one after the other, and which goes with time.
 *
 * `MILLRACE_SEED` picks what the clients do; when their requests meet is the machine's doing.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CreateTableCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, test } from "vitest";
import { type Cloud, createCloud } from "../../src/app/cloud.ts";
import { createSeededFaults } from "../../src/platform/faults.ts";
import { createSeededRandom } from "../../src/platform/random.ts";
import type { Durability } from "../../src/store/store.ts";
import { SEED } from "../seed.ts";
import {
  createWorld,
  randomTransaction,
  readKeys,
  record,
  TABLE,
  tornAppends,
  type World,
} from "./list-append-clients.ts";
import { anomaliesOf, type Step, type Transaction } from "./serializability.ts";

const CLIENTS = 12;
const TRANSACTIONS_EACH = 40;
const KEYS = 6;

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) {
    await cleanup();
  }
});

/** An engine whose answers to transactions get lost at times, and a table with empty lists. */
async function start(durability: Durability): Promise<World> {
  const directory = mkdtempSync(path.join(tmpdir(), "millrace-serializable-"));
  const random = createSeededRandom(SEED);
  const cloud: Cloud = await createCloud({
    directory,
    durability,
    faults: createSeededFaults(createSeededRandom(SEED + 1), {
      "dynamodb:TransactWriteItems/answer-lost": 0.05,
    }),
  });
  const world = createWorld(cloud.endpoint, random, KEYS);
  cleanups.push(async () => {
    world.client.destroy();
    await cloud.close();
    rmSync(directory, { recursive: true, force: true });
  });
  await world.client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
  for (const key of world.keys) {
    const Item = { pk: { S: key }, list: { L: [] }, version: { N: "0" } };
    await world.client.send(new PutItemCommand({ TableName: TABLE, Item }));
  }
  return world;
}

describe("a running engine", () => {
  test.each(["memory", "relaxed"] as const)(
    "serializable: over the store %s",
    async (durability) => {
      const world = await start(durability);
      const client = async (): Promise<void> => {
        for (let count = 0; count < TRANSACTIONS_EACH; count += 1) {
          await record(world, randomTransaction(world));
        }
      };
      await Promise.all(Array.from({ length: CLIENTS }, client));
      await record(world, (running) => readKeys(running));
      const { history } = world;
      const anomalies = anomaliesOf(history);
      if (anomalies.length > 0) {
        process.stderr.write(`seed ${SEED}: ${JSON.stringify(history)}\n`);
      }
      expect({ seed: SEED, anomalies }).toEqual({ seed: SEED, anomalies: [] });
      const count = (outcome: string): number =>
        history.filter((transaction) => transaction.outcome === outcome).length;
      expect(history).toHaveLength(CLIENTS * TRANSACTIONS_EACH + 1);
      expect(count("ok")).toBeGreaterThan(history.length / 2);
      expect(count("failed")).toBeGreaterThan(0);
    },
  );

  test("serializable: two updates that pass for a transaction are found out", async () => {
    const world = await start("memory");
    const [first = "", second = ""] = world.keys;
    await record(world, (running) =>
      tornAppends(running, [first, second], () => record(world, (inner) => readKeys(inner))),
    );
    await record(world, (running) => readKeys(running));
    expect(anomaliesOf(world.history)).toEqual([expect.stringMatching(/^G-single: T/)]);
  });
});

const append = (key: string, value: number): Step => ({ kind: "append", key, value });
const read = (key: string, ...list: readonly number[]): Step => ({ kind: "read", key, list });

/** One transaction after the other unless `times` says otherwise. */
function historyOf(
  steps: readonly (readonly Step[])[],
  times: readonly (readonly [number, number])[] = steps.map(() => [0, 1]),
): readonly Transaction[] {
  return steps.map((own, id) => {
    const [sentAt = id, answeredAt = id] = times[id] ?? [];
    return { id, outcome: "ok", sentAt, answeredAt, steps: own };
  });
}

describe("canaries", () => {
  test("checker: a history that is serializable has no anomalies", () => {
    const history = historyOf([
      [append("x", 1), append("y", 2)],
      [read("x", 1), append("x", 3)],
      [read("x", 1, 3), read("y", 2)],
      [read("y"), read("x")],
    ]);
    expect(anomaliesOf(history)).toEqual([]);
  });

  test.each([
    [
      "G0",
      [
        [append("x", 1), append("y", 2)],
        [append("x", 3), append("y", 4)],
        [read("x", 1, 3)],
        [read("y", 4, 2)],
      ],
    ],
    [
      "G1c",
      [
        [append("x", 1), read("y", 2)],
        [append("y", 2), read("x", 1)],
      ],
    ],
    ["G-single", [[append("x", 1), append("y", 2)], [read("x", 1), read("y")], [read("y", 2)]]],
    [
      "G2",
      [[read("x"), append("y", 1)], [read("y"), append("x", 2)], [read("x", 2)], [read("y", 1)]],
    ],
    ["G-single", [[read("x"), append("x", 1)], [read("x"), append("x", 2)], [read("x", 1, 2)]]],
    ["incompatible order", [[append("x", 1)], [append("x", 2)], [read("x", 1, 2)], [read("x", 2)]]],
    ["duplicate append", [[append("x", 1)], [read("x", 1, 1)]]],
    ["garbage read", [[read("x", 7)]]],
    ["lost append", [[append("x", 1)], [read("x")]]],
  ] as const)("checker: finds %s", (name, steps) => {
    const found = anomaliesOf(historyOf(steps));
    expect(found.some((anomaly) => anomaly.startsWith(name))).toBe(true);
  });

  test("checker: finds what was read of a transaction that failed", () => {
    const [writer, reader] = historyOf([[append("x", 1)], [read("x", 1)]]);
    const history = [{ ...writer, outcome: "failed" }, reader] as readonly Transaction[];
    expect(anomaliesOf(history)).toEqual(["aborted read (G1a): T1 read 1 of x of T0"]);
    const unknown = [{ ...writer, outcome: "unknown" }, reader] as readonly Transaction[];
    expect(anomaliesOf(unknown)).toEqual([]);
  });

  test("checker: finds a read that is older than an answer", () => {
    const steps = [[append("x", 1)], [read("x")], [read("x", 1)]];
    const overlapping = historyOf(steps, [
      [0, 3],
      [1, 2],
      [4, 5],
    ]);
    expect(anomaliesOf(overlapping)).toEqual([]);
    const stale = historyOf(steps, [
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(anomaliesOf(stale)).toEqual([expect.stringMatching(/^G-single-realtime: /)]);
  });
});
