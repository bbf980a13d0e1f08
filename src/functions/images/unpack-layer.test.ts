import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MODIFIED_SECONDS, type TarItem, tarOf } from "./test-images.ts";
import { unpackLayer } from "./unpack-layer.ts";

let directory = "";
let root = "";
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "millrace-layer-"));
  root = path.join(directory, "root");
  mkdirSync(root);
  mkdirSync(path.join(directory, "outside"));
  writeFileSync(path.join(directory, "outside/secret"), "untouched");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function unpack(...layers: readonly (readonly TarItem[])[]): Promise<void> {
  for (const items of layers) {
    await unpackLayer(once(tarOf(items)), root);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function text(name: string): string {
  return readFileSync(path.join(root, name), "utf8");
}

function outside(): readonly string[] {
  return [
    ...readdirSync(directory).sort(),
    ...readdirSync(path.join(directory, "outside")),
    readFileSync(path.join(directory, "outside/secret"), "utf8"),
  ];
}
const OUTSIDE = ["outside", "root", "secret", "untouched"];

test("unpackLayer: files, folders, modes, times and links", async () => {
  await unpack([
    { name: "./bin/", type: "directory", mode: 0o711 },
    { name: "bin/run", content: "#!", mode: 0o4755 },
    { name: "bin/again", type: "link", target: "bin/run" },
    { name: "/absolute", content: "here" },
    { name: "lib", type: "symlink", target: "/usr/lib" },
    { name: "locked", content: "x", mode: 0o000 },
    { name: "dev/null", type: "device" },
  ]);
  expect(statSync(path.join(root, "bin")).mode & 0o7777).toBe(0o711);
  expect(statSync(path.join(root, "bin/run")).mode & 0o7777).toBe(0o755);
  expect(statSync(path.join(root, "bin/run")).mtimeMs).toBe(MODIFIED_SECONDS * 1000);
  expect(statSync(path.join(root, "bin/run")).nlink).toBe(2);
  expect(text("absolute")).toBe("here");
  expect(readlinkSync(path.join(root, "lib"))).toBe("/usr/lib");
  expect(statSync(path.join(root, "locked")).mode & 0o7777).toBe(0o400);
  expect(existsSync(path.join(root, "dev/null"))).toBe(false);
});

test("unpackLayer: a link to a folder is followed within the image", async () => {
  await unpack(
    [
      { name: "usr/lib/", type: "directory" },
      { name: "lib", type: "symlink", target: "usr/lib" },
      { name: "abs", type: "symlink", target: "/usr" },
    ],
    [
      { name: "lib/a.so", content: "a" },
      { name: "abs/lib/b.so", content: "b" },
    ],
  );
  expect(text("usr/lib/a.so")).toBe("a");
  expect(text("usr/lib/b.so")).toBe("b");
});

test("unpackLayer: whiteouts take away what lower layers brought", async () => {
  await unpack(
    [
      { name: "etc/a", content: "lower" },
      { name: "etc/b", content: "lower" },
      { name: "data/x/deep", content: "lower" },
      { name: "data/y", content: "lower" },
    ],
    [
      { name: "etc/.wh.a" },
      { name: "data/.wh..wh..opq" },
      { name: "data/z", content: "upper" },
      { name: ".wh..wh.plnk" },
    ],
  );
  expect(readdirSync(path.join(root, "etc"))).toEqual(["b"]);
  expect(readdirSync(path.join(root, "data"))).toEqual(["z"]);
});

test("unpackLayer: whiteouts leave what their own layer brought, in whatever order", async () => {
  await unpack(
    [
      { name: "d/old", content: "lower" },
      { name: "e/old", content: "lower" },
    ],
    [
      { name: "d/new", content: "upper" },
      { name: "d/.wh..wh..opq" },
      { name: "e/sub/new", content: "upper" },
      { name: ".wh.e" },
    ],
  );
  expect(readdirSync(path.join(root, "d"))).toEqual(["new"]);
  expect(readdirSync(path.join(root, "e"))).toEqual(["sub"]);
  expect(text("e/sub/new")).toBe("upper");
});

test("unpackLayer: an upper layer replaces a file, a link, a folder by something else", async () => {
  await unpack(
    [
      { name: "a", content: "file" },
      { name: "b/in", content: "file" },
      { name: "c", type: "symlink", target: "a" },
      { name: "d", content: "kept by its other name" },
      { name: "e", type: "link", target: "d" },
    ],
    [
      { name: "a/", type: "directory" },
      { name: "a/now", content: "inside" },
      { name: "b", content: "now a file" },
      { name: "c", content: "no link" },
      { name: "d", content: "new" },
    ],
  );
  expect(text("a/now")).toBe("inside");
  expect(text("b")).toBe("now a file");
  expect(lstatSync(path.join(root, "c")).isFile()).toBe(true);
  expect(text("e")).toBe("kept by its other name");
});

test.for<[string, readonly TarItem[]]>([
  ["a name with ..", [{ name: "../outside/secret", content: "evil" }]],
  ["a name with .. inside", [{ name: "a/../../outside/secret", content: "evil" }]],
  ["a hard link to the outside", [{ name: "a", type: "link", target: "../outside/secret" }]],
  [
    "a hard link to a folder",
    [
      { name: "d/", type: "directory" },
      { name: "a", type: "link", target: "d" },
    ],
  ],
  ["a whiteout of the parent", [{ name: "a/.wh..." }]],
  ["a whiteout outside", [{ name: "../outside/.wh.secret" }]],
])("unpackLayer: refuses %s", async ([, items]) => {
  await expect(unpack(items)).rejects.toThrow("image");
  expect(outside()).toEqual(OUTSIDE);
});

test.for<[string, (directory: string) => readonly TarItem[]]>([
  [
    "through a relative link",
    () => [
      { name: "way", type: "symlink", target: "../outside" },
      { name: "way/secret", content: "evil" },
    ],
  ],
  [
    "through an absolute link",
    (folder) => [
      { name: "way", type: "symlink", target: `${folder}/outside` },
      { name: "way/secret", content: "evil" },
    ],
  ],
  [
    "through links that build on each other",
    () => [
      { name: "a", type: "symlink", target: "b/.." },
      { name: "b", type: "symlink", target: "../../.." },
      { name: "a/outside/secret", content: "evil" },
    ],
  ],
  [
    "through a link in place of the file",
    (folder) => [
      { name: "f", type: "symlink", target: `${folder}/outside/secret` },
      { name: "f", content: "evil" },
    ],
  ],
  [
    "by a whiteout through a link",
    () => [
      { name: "way", type: "symlink", target: "../outside" },
      { name: "way/.wh.secret" },
      { name: "way/.wh..wh..opq" },
    ],
  ],
  [
    "by a hard link through a link",
    () => [
      { name: "way", type: "symlink", target: "../outside" },
      { name: "outside/secret", content: "inner" },
      { name: "got", type: "link", target: "way/secret" },
    ],
  ],
  [
    "by the mode of a folder that became a link",
    (folder) => [
      { name: "d/", type: "directory", mode: 0o700 },
      { name: "d", type: "symlink", target: `${folder}/outside` },
    ],
  ],
])("unpackLayer: nothing gets out %s", async ([, items]) => {
  const before = statSync(path.join(directory, "outside")).mode;
  await unpack(items(directory));
  expect(outside()).toEqual(OUTSIDE);
  expect(statSync(path.join(directory, "outside")).mode).toBe(before);
});

test("unpackLayer: whatever the archive says, nothing outside changes", async () => {
  const segment = fc.constantFrom(
    "a",
    "b",
    "outside",
    "secret",
    ".wh.a",
    ".wh..wh..opq",
    "..",
    ".",
  );
  const name = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
  const target = fc.oneof(
    name,
    name.map((one) => `/${one}`),
    fc.constant("../../.."),
  );
  const item: fc.Arbitrary<TarItem> = fc.oneof(
    name.map((one): TarItem => ({ name: one, content: "evil" })),
    name.map((one): TarItem => ({ name: `${one}/`, type: "directory", mode: 0o777 })),
    fc
      .tuple(name, target)
      .map(([one, to]): TarItem => ({ name: one, type: "symlink", target: to })),
    fc.tuple(name, target).map(([one, to]): TarItem => ({ name: one, type: "link", target: to })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 8 }), async (items) => {
      rmSync(root, { recursive: true, force: true });
      mkdirSync(root);
      await unpack(items).catch(() => undefined);
      expect(outside()).toEqual(OUTSIDE);
    }),
    { numRuns: 300 },
  );
});
