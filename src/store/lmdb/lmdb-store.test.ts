import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { EXIT_DATA, OperatorError } from "../../base/operator-error.ts";
import { encodeKeyText, type Key } from "../../base/ordered-key.ts";
import { createMemoryLog } from "../../platform/log.ts";
import { createSeededRandom } from "../../platform/random.ts";
import { createSimulatedClock } from "../../platform/simulated-clock.ts";
import { encodeRecord } from "../record.ts";
import type { Store } from "../store.ts";
import { SCHEMA_VERSION } from "./data-folder.ts";
import { openEnvironment } from "./environment.ts";
import { createLmdbStore, type LmdbStoreOptions } from "./lmdb-store.ts";

const MIB = 2 ** 20;

function newDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), "millrace-lmdb-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

async function openAt(
  directory: string,
  options: Partial<LmdbStoreOptions> & { readonly startMs?: number } = {},
): Promise<Store> {
  const store = await createLmdbStore({
    directory,
    durability: "durable",
    clock: createSimulatedClock({ startMs: options.startMs ?? 1_000_000 }),
    random: createSeededRandom(1),
    log: createMemoryLog(),
    ...options,
  });
  onTestFinished(() => store.close());
  return store;
}

/** Writes a row behind the store's back. */
async function plant(directory: string, key: Key, value: unknown): Promise<void> {
  const environment = openEnvironment({
    path: path.join(directory, "rows.mdb"),
    mapBytes: MIB,
  });
  await environment.commit([[encodeKeyText(key), encodeRecord(value)]]);
  await environment.close();
}

async function refusal(opening: Promise<Store>): Promise<OperatorError> {
  const error: unknown = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OperatorError);
  return error as OperatorError;
}

test.each(["durable", "relaxed"] as const)(
  "open: finds what was written (%s)",
  async (durability) => {
    const directory = newDirectory();
    const first = await openAt(directory, { durability });
    const writes = Array.from({ length: 100 }, (_, at) =>
      first.write((tx) => tx.set(["row", at], encodeRecord(at))),
    );
    await Promise.all(writes);
    await first.write((tx) => tx.delete(["row", 7]));
    await first.close();
    const second = await openAt(directory, { durability });
    const found = await second.read((tx) =>
      [...tx.range({ prefix: ["row"] })].map((e) => e.key[1]),
    );
    expect(found).toEqual(Array.from({ length: 100 }, (_, at) => at).filter((at) => at !== 7));
  },
);

test("orderedId: sorts behind those of an earlier run whose clock was ahead", async () => {
  const directory = newDirectory();
  const first = await openAt(directory, { startMs: 9_000_000 });
  const earlier = await first.write((tx) => {
    const id = tx.orderedId();
    tx.set(["row", id], encodeRecord(null));
    return id;
  });
  await first.close();
  const second = await openAt(directory, { startMs: 1_000 });
  expect((await second.write((tx) => tx.orderedId())) > earlier).toBe(true);
});

test("open: a folder that it makes is its owner's alone", async () => {
  const directory = path.join(newDirectory(), "data");
  await openAt(directory);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test("open: refuses a folder in use, and says by whom", async () => {
  const directory = newDirectory();
  const store = await openAt(directory);
  const error = await refusal(openAt(directory));
  expect(error.exitCode).toBe(EXIT_DATA);
  expect(error.message).toContain(`${directory} is in use`);
  expect(error.message).toContain(`process ${process.pid}`);
  await store.write((tx) => tx.set(["row"], encodeRecord("still works")));
  await store.close();
  const next = await openAt(directory);
  expect(await next.read((tx) => tx.get(["row"]))).toEqual(encodeRecord("still works"));
});

test.each([
  ["newer", ["millrace", "schema"], SCHEMA_VERSION + 1, "has layout version"],
  ["older", ["millrace", "schema"], SCHEMA_VERSION - 1, "has layout version"],
  ["odd", ["millrace", "schema"], "x", 'has layout version "x"'],
  ["none at all", ["row"], 1, "holds rows but no layout version"],
])("open: refuses data of a layout version that is %s", async (_, key, value, message) => {
  const directory = newDirectory();
  await plant(directory, key, value);
  const error = await refusal(openAt(directory));
  expect(error.exitCode).toBe(EXIT_DATA);
  expect(error.message).toContain(message);
  expect((await refusal(openAt(directory))).message).toBe(error.message);
});

test.each<[string, (whole: Buffer) => Uint8Array, string]>([
  ["something else", () => Buffer.alloc(100_000, "x"), "it is not an LMDB file"],
  ["a few bytes", () => Buffer.from("x"), "it is not an LMDB file"],
  ["cut off", (whole) => whole.subarray(0, 9_000), "it is cut off"],
  ["of a later format", (whole) => whole.fill(3, 28, 29), "its LMDB format is 3, not 2"],
])("open: refuses a data file that is %s, and lets go of the folder", async (_, spoil, message) => {
  const directory = newDirectory();
  await plant(directory, ["row"], 1);
  const file = path.join(directory, "rows.mdb");
  writeFileSync(file, spoil(readFileSync(file)));
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const error = await refusal(openAt(directory));
    expect(error.exitCode).toBe(EXIT_DATA);
    expect(error.message).toContain("rows.mdb cannot be opened");
    expect(error.why).toBe(`In short: ${message}.`);
  }
});

test("write: the file outgrows the address space it was mapped into", {
  timeout: 180_000,
}, async () => {
  const directory = newDirectory();
  const store = await openAt(directory, { mapBytes: MIB });
  const value = (at: number): Uint8Array => Buffer.alloc(64 * 1024, at);
  for (let round = 0; round < 20; round += 1) {
    const writes = Array.from({ length: 20 }, (_, at) =>
      store.write((tx) => tx.set(["row", round * 20 + at], value(round * 20 + at))),
    );
    await Promise.all(writes);
    const seen = await store.read((tx) => tx.get(["row", round * 20]));
    expect(Buffer.compare(seen ?? value(255), value(round * 20))).toBe(0);
  }
  await store.close();
  const again = await openAt(directory, { mapBytes: MIB });
  let count = 0;
  await again.read((tx) => {
    for (const entry of tx.range({ prefix: ["row"] })) {
      expect(Buffer.compare(entry.value, value(count))).toBe(0);
      count += 1;
    }
  });
  expect(count).toBe(400);
});

test("write: more than a group takes at once is committed in order, in several", async () => {
  const store = await openAt(newDirectory());
  const rowsPerWrite = 1_000;
  const writes = Array.from({ length: 40 }, (_, at) =>
    store.write((tx) => {
      for (let row = 0; row < rowsPerWrite; row += 1) {
        tx.set(["row", row], encodeRecord(at));
        tx.set(["all", at, row], encodeRecord(at));
      }
      return at;
    }),
  );
  expect(await Promise.all(writes)).toEqual(Array.from({ length: 40 }, (_, at) => at));
  const seen = await store.read((tx) => [
    [...tx.range({ prefix: ["all"] })].length,
    tx.get(["row", 0]),
  ]);
  expect(seen).toEqual([40 * rowsPerWrite, encodeRecord(39)]);
});

test("read: durable reads wait for the disk, relaxed ones do not", async () => {
  const seenBeforeTheDisk = async (durability: "durable" | "relaxed"): Promise<boolean> => {
    const store = await openAt(newDirectory(), { durability });
    const writing = store.write((tx) => tx.set(["row"], encodeRecord(1)));
    const seen = await store.read((tx) => tx.get(["row"]) !== undefined);
    await writing;
    return seen;
  };
  expect(await seenBeforeTheDisk("durable")).toBe(false);
  expect(await seenBeforeTheDisk("relaxed")).toBe(true);
});
