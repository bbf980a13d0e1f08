import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ZipFile } from "yazl";
import { writeFiles } from "../test-host.ts";
import { createCodeStore } from "./code-store.ts";
import { CodePackageError, zipDirectory } from "./zip-archive.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "millrace-code-"));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

async function zipOf(add: (zip: ZipFile) => void): Promise<Buffer> {
  const zip = new ZipFile();
  add(zip);
  zip.end();
  return buffer(zip.outputStream);
}

const store = () => createCodeStore({ directory: path.join(root, "store") });

describe("code store", () => {
  test("unpack: the package.json of a project around the data folder does not count", async () => {
    writeFiles(root, { "package.json": '{"type":"module"}' });
    const source = path.join(root, "source");
    writeFiles(source, { "index.js": "exports.loaded = true;" });
    const unpacked = await store().unpack("ab", await zipDirectory(source));
    expect(createRequire(import.meta.url)(path.join(unpacked, "index.js"))).toEqual({
      loaded: true,
    });
  });

  test("unpack: keeps names, contents, modes and links", async () => {
    const source = path.join(root, "source");
    writeFiles(source, { bootstrap: "#!/bin/sh\n", "lib/a.js": "a", "lib/empty": "" });
    symlinkSync("a.js", path.join(source, "lib/link.js"));
    const zip = await zipDirectory(source);
    const unpacked = await store().unpack("aa", zip);
    expect(unpacked).toBe(path.join(root, "store/aa"));
    expect(readdirSync(path.join(unpacked, "lib")).toSorted()).toEqual([
      "a.js",
      "empty",
      "link.js",
    ]);
    expect(readFileSync(path.join(unpacked, "lib/link.js"), "utf8")).toBe("a");
    expect(readlinkSync(path.join(unpacked, "lib/link.js"))).toBe("a.js");
    expect(lstatSync(path.join(unpacked, "bootstrap")).mode & 0o777).toBe(0o755);
    expect(lstatSync(path.join(unpacked, "lib/a.js")).mode & 0o111).toBe(0);
  });

  test("unpack: the same content is unpacked once, from a path too", async () => {
    const file = path.join(root, "code.zip");
    writeFileSync(file, await zipOf((zip) => zip.addBuffer(Buffer.from("1"), "index.js")));
    const codeStore = store();
    const [first, second] = await Promise.all([
      codeStore.unpack("aa", file),
      codeStore.unpack("aa", file),
    ]);
    expect(second).toBe(first);
    rmSync(file);
    expect(await codeStore.unpack("aa", file)).toBe(first);
    expect(readdirSync(path.join(root, "store")).filter((name) => name.startsWith("."))).toEqual(
      [],
    );
  });

  test("unpack: what an earlier engine left is used when whole, and made anew when not", async () => {
    const zip = await zipOf((each) => each.addBuffer(Buffer.from("content"), "index.js"));
    const unpacked = await store().unpack("aa", zip);
    const file = path.join(unpacked, "index.js");
    const before = lstatSync(file).ino;
    await store().unpack("aa", zip);
    expect(lstatSync(file).ino).toBe(before);
    truncateSync(file);
    await store().unpack("aa", zip);
    expect(readFileSync(file, "utf8")).toBe("content");
  });

  test.each([
    ["no archive", Buffer.from("hello"), /^Could not unzip uploaded file\. Please check your file/],
    ["nothing", Buffer.alloc(0), /^Could not unzip uploaded file/],
    ["no entries", undefined, /^Uploaded file must be a non-empty zip$/],
  ])("unpack: %s is refused with AWS's message", async (_title, bytes, message) => {
    const zip = bytes ?? (await zipOf(() => undefined));
    const error = await store()
      .unpack("aa", zip)
      .catch((e) => e);
    expect(error).toBeInstanceOf(CodePackageError);
    expect(error.message).toMatch(message);
    expect(existsSync(path.join(root, "store/aa"))).toBe(false);
  });

  test.each([["../evil.js"], ["a/../../evil.js"], ["/evil.js"]])(
    "unpack: the name %s leads nowhere outside",
    async (name) => {
      const honest = name.replace(/\.\.|^\//g, (dots) => "x".repeat(dots.length));
      const zip = await zipOf((each) => each.addBuffer(Buffer.from("1"), honest));
      const evil = Buffer.from(zip.toString("latin1").replaceAll(honest, name), "latin1");
      await expect(store().unpack("aa", evil)).rejects.toThrow(CodePackageError);
      expect(existsSync(path.join(root, "evil.js"))).toBe(false);
    },
  );

  test("unpack: nothing is written through a link", async () => {
    const zip = await zipOf((each) => {
      each.addBuffer(Buffer.from(root), "out", { mode: 0o120777 });
      each.addBuffer(Buffer.from("1"), "out/evil.js");
    });
    await expect(store().unpack("aa", zip)).rejects.toThrow();
    expect(existsSync(path.join(root, "evil.js"))).toBe(false);
  });

  test("unpack: the unzipped size is limited, by what the archive says and by what it holds", async () => {
    const zip = await zipOf((each) => each.addBuffer(Buffer.alloc(1000), "zeros"));
    const lying = Buffer.from(zip);
    const directory = lying.indexOf(Buffer.from("PK\x01\x02", "latin1"));
    lying.writeUInt32LE(262_144_001, directory + 24);
    await expect(store().unpack("aa", lying)).rejects.toThrow(
      "Unzipped size must be smaller than 262144000 bytes",
    );
    lying.writeUInt32LE(10, directory + 24);
    await expect(store().unpack("aa", lying)).rejects.toThrow(CodePackageError);
  });
});

describe("zip directory", () => {
  test("pack: equal folders make equal archives, and a mode makes a difference", async () => {
    const [one, two] = [path.join(root, "one"), path.join(root, "two")];
    writeFiles(one, { "b.js": "b", "a/c.js": "c" });
    writeFiles(two, { "a/c.js": "c", "b.js": "b" });
    const [first, second] = [await zipDirectory(one), await zipDirectory(two)];
    expect(Buffer.compare(first, second)).toBe(0);
    chmodSync(path.join(two, "b.js"), 0o755);
    expect(Buffer.compare(first, await zipDirectory(two))).not.toBe(0);
  });

  test("pack: a link that leads outside is packed as what it shows", async () => {
    const source = path.join(root, "source");
    writeFiles(source, { "index.js": "1" });
    writeFiles(path.join(root, "shared"), { "util.js": "shared" });
    symlinkSync(path.join(root, "shared"), path.join(source, "shared"));
    const unpacked = await store().unpack("aa", await zipDirectory(source));
    expect(lstatSync(path.join(unpacked, "shared")).isDirectory()).toBe(true);
    expect(readFileSync(path.join(unpacked, "shared/util.js"), "utf8")).toBe("shared");
  });
});
