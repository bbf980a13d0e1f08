import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ByteStream } from "../base/byte-stream.ts";
import { createMemoryLog } from "../platform/log.ts";
import { createTestStore, type TestStore } from "../testing/test-store.ts";
import type { Blobs } from "./blobs.ts";
import { createDiskBlobs } from "./disk-blobs.ts";
import { createMemoryBlobs } from "./memory-blobs.ts";

interface Setup {
  readonly blobs: Blobs;
  readonly store: TestStore["store"];
  readonly random: TestStore["random"];
}

interface DiskSetup extends Setup {
  readonly directory: string;
  /** How many files there are, of blobs retained or not. */
  kept(): number;
}

function newDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), "millrace-blobs-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

function files(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) =>
    /^..\/./.test(file),
  );
}

async function* stream(...parts: readonly Uint8Array[]): ByteStream & AsyncGenerator<Uint8Array> {
  yield* parts;
}

async function collect(source: ByteStream): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) {
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Lets the background remover finish: no row tells it of a released blob any more but these. */
async function removed(store: TestStore["store"], left: readonly string[] = []): Promise<void> {
  const isDone = (): Promise<boolean> =>
    store.read((tx) => [...tx.range({ prefix: ["blob-released"] })].length === left.length);
  do {
    await new Promise((resolve) => setImmediate(resolve));
  } while (!(await isDone()));
}

const kinds = {
  async disk(): Promise<DiskSetup> {
    const { store, random } = createTestStore();
    const directory = newDirectory();
    const blobs = await createDiskBlobs({ directory, store, random, log: createMemoryLog() });
    return { blobs, store, random, directory, kept: () => files(directory).length };
  },
  async memory(): Promise<Setup> {
    const { store, random } = createTestStore();
    const blobs = await createMemoryBlobs({ store, random, log: createMemoryLog() });
    return { blobs, store, random };
  },
};

describe.each(Object.entries(kinds))("blobs: %s", (_, setup) => {
  test("write: keeps bytes and streams, and gives them back whole or in part", async () => {
    const { blobs } = await setup();
    const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, at) => at % 253));
    const whole = await blobs.write(bytes);
    const streamed = await blobs.write(stream(bytes.subarray(0, 10), bytes.subarray(10)));
    const empty = await blobs.write(stream());
    expect([whole.sizeBytes, streamed.sizeBytes, empty.sizeBytes]).toEqual([700_000, 700_000, 0]);
    expect(new Set([whole.id, streamed.id, empty.id]).size).toBe(3);
    for (const { id } of [whole, streamed]) {
      expect(Buffer.compare(await blobs.readAll(id), bytes)).toBe(0);
      const part = await collect(blobs.read(id, { startByte: 5, endByte: 300_000 }));
      expect(Buffer.compare(part, bytes.subarray(5, 300_000))).toBe(0);
    }
    expect((await blobs.readAll(empty.id)).length).toBe(0);
  });

  test("release: the bytes go after the commit, once released as often as retained", async () => {
    const { blobs, store } = await setup();
    const { id } = await blobs.write(Buffer.from("bytes"));
    await store.write((tx) => blobs.retain(tx, id));
    await store.write((tx) => blobs.retain(tx, id));
    await store.write((tx) => blobs.release(tx, id));
    const refused = store.write((tx) => {
      blobs.release(tx, id);
      throw new Error("undone");
    });
    await expect(refused).rejects.toThrow("undone");
    await removed(store);
    expect((await blobs.readAll(id)).toString()).toBe("bytes");
    await store.write((tx) => blobs.release(tx, id));
    await removed(store);
    await expect((async () => blobs.readAll(id))()).rejects.toThrow();
    expect(await store.read((tx) => [...tx.range({ prefix: [] })].length)).toBe(0);
  });

  test("release: retained again in the same transaction, the bytes stay", async () => {
    const { blobs, store } = await setup();
    const { id } = await blobs.write(Buffer.from("bytes"));
    await store.write((tx) => blobs.retain(tx, id));
    await store.write((tx) => {
      blobs.release(tx, id);
      blobs.retain(tx, id);
    });
    await removed(store);
    expect((await blobs.readAll(id)).toString()).toBe("bytes");
  });

  test("read: a stream begun before the release goes on to the end", async () => {
    const { blobs, store } = await setup();
    const { id } = await blobs.write(Buffer.alloc(600_000, "x"));
    await store.write((tx) => blobs.retain(tx, id));
    const reading = blobs.read(id);
    await store.write((tx) => blobs.release(tx, id));
    await removed(store);
    expect((await collect(reading)).length).toBe(600_000);
  });

  test("hold: what is held is there until it is let go of, once by each holder", async () => {
    const { blobs, store } = await setup();
    const [held, other] = [await blobs.write(Buffer.from("held")), await blobs.write(stream())];
    const isThere = ({ id }: { id: string }) =>
      blobs.readAll(id).then(
        () => true,
        () => false,
      );
    await store.write((tx) => {
      blobs.retain(tx, held.id);
      blobs.retain(tx, other.id);
    });
    const holders = [blobs.hold([held.id, other.id]), blobs.hold([held.id])];
    await store.write((tx) => {
      blobs.release(tx, held.id);
      blobs.release(tx, other.id);
    });
    holders[0]?.();
    await removed(store, [held.id]);
    expect([await isThere(held), await isThere(other)]).toEqual([true, false]);
    holders[1]?.();
    await removed(store);
    expect(await isThere(held)).toBe(false);
  });

  test("read: a stream may be given up before, in or after its course", async () => {
    const { blobs } = await setup();
    const { id } = await blobs.write(Buffer.alloc(600_000, "x"));
    const unread = blobs.read(id)[Symbol.asyncIterator]();
    expect(await unread.return?.()).toMatchObject({ done: true });
    expect(await unread.next()).toMatchObject({ done: true });
    expect(await unread.return?.()).toMatchObject({ done: true });
    for await (const part of blobs.read(id)) {
      expect(part.length).toBeGreaterThan(0);
      break;
    }
  });
});

test("disk blobs: a start removes what nobody retained, and keeps the rest", async () => {
  const { store, random, blobs, directory, kept } = await kinds.disk();
  const retained = await blobs.write(Buffer.from("retained"));
  const orphan = await blobs.write(Buffer.from("orphan"));
  const released = await blobs.write(Buffer.from("released"));
  await store.write((tx) => {
    blobs.retain(tx, retained.id);
    blobs.retain(tx, released.id);
  });
  expect(kept()).toBe(3);
  mkdirSync(path.join(directory, "00"), { recursive: true });
  writeFileSync(path.join(directory, "00", `00${"f".repeat(30)}`), "half written");
  await store.write((tx) => tx.delete(["blob", released.id]));
  const again = await createDiskBlobs({ directory, store, random, log: createMemoryLog() });
  expect(existsSync(again.pathOf(orphan.id))).toBe(false);
  expect(existsSync(again.pathOf(released.id))).toBe(false);
  expect(kept()).toBe(1);
  expect((await again.readAll(retained.id)).toString()).toBe("retained");
});

test("disk blobs: a source that throws leaves nothing", async () => {
  const { blobs, kept } = await kinds.disk();
  const broken = (async function* (): ByteStream & AsyncGenerator<Uint8Array> {
    yield Buffer.from("some");
    throw new Error("connection lost");
  })();
  await expect(blobs.write(broken)).rejects.toThrow("connection lost");
  expect(kept()).toBe(0);
});
