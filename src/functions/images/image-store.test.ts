import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as zlib from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ImageChoice, openImage } from "./image-source.ts";
import { createImageStore } from "./image-store.ts";
import {
  dockerArchive,
  MACHINE,
  sha256,
  type TestImage,
  tarOf,
  writeLayout,
} from "./test-images.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "millrace-images-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const HELLO: TestImage = {
  layers: [[{ name: "hello", content: "lower" }], [{ name: "hello", content: "upper" }]],
  config: {
    Entrypoint: ["/bin/run"],
    Cmd: ["index.handler"],
    WorkingDir: "/var/task",
    Env: ["PATH=/bin", "EMPTY="],
  },
};
const ANY: ImageChoice = { architecture: MACHINE };
const place = (name: string): string => path.join(directory, name);

/** Every file of a layout in an archive, as skopeo and buildx write it. */
function archiveOf(folder: string): Buffer {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  return tarOf(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => ({ name: path.relative(folder, file), content: readFileSync(file) })),
  );
}

test("openImage: reads layouts, archives of layouts, and archives of docker save", async () => {
  const [digest] = writeLayout(place("layout"), [HELLO]);
  writeFileSync(place("oci.tar"), archiveOf(place("layout")));
  writeFileSync(place("docker.tar"), dockerArchive(HELLO, "hello:latest"));
  const store = createImageStore({ directory: place("store") });
  for (const name of ["layout", "oci.tar", "docker.tar"]) {
    const source = await openImage(place(name), ANY);
    expect(source.configuration).toEqual({
      architecture: MACHINE,
      entryPoint: ["/bin/run"],
      command: ["index.handler"],
      workingDirectory: "/var/task",
      environment: { PATH: "/bin", EMPTY: "" },
    });
    const { rootDirectory, sizeBytes } = await store.unpack(source);
    expect(readFileSync(path.join(rootDirectory, "hello"), "utf8")).toBe("upper");
    expect(sizeBytes).toBe(10);
    if (name !== "docker.tar") {
      expect(source.digest).toBe(digest);
    }
  }
  expect(await store.list()).toHaveLength(2);
});

test("openImage: takes the image of the architecture, and says which there are", async () => {
  const other = { ...HELLO, architecture: "s390x", layers: [[{ name: "other", content: "" }]] };
  const [, digest] = writeLayout(place("both"), [other, HELLO]);
  expect((await openImage(place("both"), ANY)).digest).toBe(digest);
  await expect(openImage(place("both"), { architecture: "riscv64" })).rejects.toThrow(
    `has no image for linux/riscv64; it has linux/s390x, linux/${MACHINE}.`,
  );
});

/** As buildx writes it: an index within the index, and in it what says how an image was built. */
function nestIndex(layout: string): void {
  const index = JSON.parse(readFileSync(path.join(layout, "index.json"), "utf8"));
  const platform = { os: "unknown", architecture: "unknown" };
  const attestation = {
    mediaType: index.manifests[0].mediaType,
    digest: `sha256:${"0".repeat(64)}`,
    size: 1,
    platform,
  };
  const inner = Buffer.from(
    JSON.stringify({ ...index, manifests: [attestation, ...index.manifests] }),
  );
  writeFileSync(path.join(layout, "blobs/sha256", sha256(inner)), inner);
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const outer = { mediaType, digest: `sha256:${sha256(inner)}`, size: inner.length };
  writeFileSync(
    path.join(layout, "index.json"),
    JSON.stringify({ schemaVersion: 2, manifests: [outer] }),
  );
}

test("openImage: finds the image in an index within the index, and no attestation", async () => {
  const [digest] = writeLayout(place("layout"), [HELLO]);
  nestIndex(place("layout"));
  expect((await openImage(place("layout"), ANY)).digest).toBe(digest);
});

test("openImage: takes the image of the tag; several need one", async () => {
  const named = (tag: string): TestImage => ({
    layers: [[{ name: "tag", content: tag }]],
    tag,
  });
  const [first, second] = writeLayout(place("tags"), [named("1"), named("docker.io/orders:2")]);
  const at = async (tag: string): Promise<string> =>
    (await openImage(place("tags"), { ...ANY, tag })).digest;
  expect(await at("1")).toBe(first);
  expect(await at("orders:2")).toBe(second);
  await expect(openImage(place("tags"), ANY)).rejects.toThrow("holds several images, and none was");
  await expect(at("3")).rejects.toThrow("none is named 3: 1, docker.io/orders:2.");
});

test("openImage: refuses the image that is no longer the one that was meant", async () => {
  const [digest] = writeLayout(place("layout"), [HELLO]);
  expect((await openImage(place("layout"), { ...ANY, digest })).digest).toBe(digest);
  await expect(openImage(place("layout"), { ...ANY, digest: "0".repeat(64) })).rejects.toThrow(
    "no longer holds the image sha256:0000",
  );
});

test("openImage: what is no image is told so", async () => {
  mkdirSync(place("empty"));
  writeFileSync(place("packed.tar.gz"), zlib.gzipSync(tarOf([])));
  await expect(openImage(place("none"), ANY)).rejects.toThrow(`There is no ${place("none")}.`);
  await expect(openImage(place("empty"), ANY)).rejects.toThrow("is no container image");
  await expect(openImage(place("packed.tar.gz"), ANY)).rejects.toThrow("gunzip");
});

/** Replaces the content of a blob by that of another, under its name. */
function damage(layout: string, pick: (text: Buffer) => boolean, by: Uint8Array): void {
  const blobs = path.join(layout, "blobs/sha256");
  for (const name of readdirSync(blobs)) {
    if (pick(readFileSync(path.join(blobs, name)))) {
      writeFileSync(path.join(blobs, name), by);
    }
  }
}

const isPacked = (bytes: Buffer): boolean => bytes[0] === 0x1f;

test("unpack: layers are held against their digests, and nothing of a damaged one stays", async () => {
  writeLayout(place("layout"), [HELLO]);
  damage(place("layout"), isPacked, zlib.gzipSync(tarOf([{ name: "hello", content: "evil" }])));
  const store = createImageStore({ directory: place("store") });
  const source = await openImage(place("layout"), ANY);
  await expect(store.unpack(source)).rejects.toThrow("A layer of the image is damaged");
  damage(place("layout"), isPacked, Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]));
  await expect(store.unpack(source)).rejects.toThrow("A layer of the image is damaged");
  expect(readdirSync(place("store"))).toEqual([]);
});

test("openImage: manifests and configurations are held against their digests", async () => {
  writeLayout(place("layout"), [HELLO]);
  damage(place("layout"), (bytes) => bytes.includes("rootfs"), Buffer.from("{}"));
  await expect(openImage(place("layout"), ANY)).rejects.toThrow("has another content");
});

test.skipIf("createZstdDecompress" in zlib)(
  "unpack: layers in zstd are refused by name where Node.js cannot read them",
  async () => {
    const zstd = Buffer.from("28b52ffd00000000", "hex");
    writeLayout(place("layout"), [{ ...HELLO, isPlain: true }]);
    damage(place("layout"), (bytes) => bytes.includes("ustar"), zstd);
    const store = createImageStore({ directory: place("store") });
    await expect(store.unpack(await openImage(place("layout"), ANY))).rejects.toThrow("zstd");
  },
);

test("unpack: the root has the places that processes see otherwise, and no links there", async () => {
  writeLayout(place("layout"), [
    {
      layers: [
        [
          { name: "tmp", type: "symlink", target: directory },
          { name: "etc/resolv.conf", type: "symlink", target: "../run/resolv.conf" },
        ],
      ],
    },
  ]);
  const store = createImageStore({ directory: place("store") });
  const { rootDirectory } = await store.unpack(await openImage(place("layout"), ANY));
  const kind = (name: string): string => {
    const found = lstatSync(path.join(rootDirectory, name));
    return found.isFile() ? "file" : found.isDirectory() ? "folder" : "other";
  };
  expect(["tmp", "proc", "dev", "etc/hosts", "etc/resolv.conf"].map(kind)).toEqual([
    "folder",
    "folder",
    "folder",
    "file",
    "file",
  ]);
});

test("images of an earlier engine are found; one that is removed is gone", async () => {
  writeLayout(place("layout"), [HELLO]);
  const first = createImageStore({ directory: place("store") });
  const unpacked = await first.unpack(await openImage(place("layout"), ANY));
  const second = createImageStore({ directory: place("store") });
  expect(await second.find(unpacked.digest)).toEqual(unpacked);
  expect(await second.list()).toEqual([unpacked.digest]);
  await second.remove(unpacked.digest);
  expect(await second.find(unpacked.digest)).toBeUndefined();
  expect(existsSync(unpacked.rootDirectory)).toBe(false);
  await second.remove(unpacked.digest);
});
