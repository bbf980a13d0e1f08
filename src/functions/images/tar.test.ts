import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ImageError } from "./image-error.ts";
import { readTar } from "./tar.ts";
import { MODIFIED_SECONDS, type TarItem, tarOf } from "./test-images.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "millrace-tar-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

interface Read {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly linkName: string;
}

async function read(bytes: Uint8Array, chunkSize = 4096): Promise<readonly Read[]> {
  const found: Read[] = [];
  for await (const entry of readTar(chunks(bytes, chunkSize))) {
    const parts: Uint8Array[] = [];
    for await (const part of entry.content) {
      parts.push(part);
    }
    const { name, type, linkName } = entry;
    found.push({ name, type, linkName, content: Buffer.concat(parts).toString() });
  }
  return found;
}

test("readTar: gives back what was written, in chunks of any size", async () => {
  const name = fc.stringMatching(/^[a-zäé][a-z0-9ü ._-]{0,300}$/);
  const item = fc.record({ name, content: fc.string({ maxLength: 2_000 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(item, { maxLength: 6 }),
      fc.integer({ min: 1, max: 3_000 }),
      async (items, chunkSize) => {
        const found = await read(tarOf(items), chunkSize);
        expect(found.map((entry) => ({ name: entry.name, content: entry.content }))).toEqual(items);
      },
    ),
  );
});

test("readTar: passes over content that nobody reads", async () => {
  const items: TarItem[] = [
    { name: "a", content: "x".repeat(5_000) },
    { name: "b", content: "y" },
  ];
  const names: string[] = [];
  for await (const entry of readTar(chunks(tarOf(items), 700))) {
    names.push(`${entry.name} ${entry.size} ${entry.modifiedSeconds}`);
  }
  expect(names).toEqual([`a 5000 ${MODIFIED_SECONDS}`, `b 1 ${MODIFIED_SECONDS}`]);
});

test("readTar: takes size, time and link target from pax records", async () => {
  const target = "t".repeat(200);
  const archive = tarOf([
    { name: "l", type: "symlink", target },
    { name: "f", content: "abc", pax: { mtime: "12.5", size: "3" } },
  ]);
  const found: unknown[] = [];
  for await (const { name, linkName, size, modifiedSeconds } of readTar(chunks(archive, 512))) {
    found.push({ name, linkName, size, modifiedSeconds });
  }
  expect(found).toEqual([
    { name: "l", linkName: target, size: 0, modifiedSeconds: MODIFIED_SECONDS },
    { name: "f", linkName: "", size: 3, modifiedSeconds: 12.5 },
  ]);
});

test.for(["gnu", "pax", "ustar"])("readTar: reads what tar writes in format %s", async (format) => {
  const folder = path.join(directory, format);
  const deep = format === "ustar" ? "d".repeat(90) : "d".repeat(180);
  mkdirSync(path.join(folder, deep), { recursive: true });
  const long = `${deep}/${"f".repeat(format === "ustar" ? 90 : 200)}`;
  writeFileSync(path.join(folder, long), "long");
  symlinkSync(long.slice(0, format === "ustar" ? 90 : 300), path.join(folder, "link"));
  const archive = execFileSync("tar", [`--format=${format}`, "-cf", "-", "-C", folder, "."]);
  const found = await read(archive);
  const byName = new Map(found.map((entry) => [entry.name, entry]));
  expect(byName.get(`./${long}`)).toMatchObject({ type: "file", content: "long" });
  expect(byName.get("./link")).toMatchObject({
    type: "symlink",
    linkName: long.slice(0, format === "ustar" ? 90 : 300),
  });
  expect(byName.get(`./${deep}/`)).toMatchObject({ type: "directory" });
});

test("readTar: refuses what is damaged, cut off, or no archive", async () => {
  const archive = tarOf([{ name: "a", content: "x".repeat(2_000) }]);
  await expect(read(Buffer.from("no archive".repeat(100)))).rejects.toThrow(ImageError);
  await expect(read(archive.subarray(0, 1_000))).rejects.toThrow("ends in the middle");
  const damaged = Buffer.from(archive);
  damaged[3] = 0x41;
  await expect(read(damaged)).rejects.toThrow("damaged");
});
