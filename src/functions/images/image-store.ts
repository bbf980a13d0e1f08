/**
 * Unpacked container images, one folder for each digest: what environments of functions see as `/`.
 *
 * Invariants: a folder named by a digest holds the whole image or does not exist, also after a power
 * failure; it is not changed once it is there. Functions of one image share it.
 */
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { PassThrough, type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import { ImageError } from "./image-error.ts";
import type { ImageConfiguration, ImageLayer, ImageSource } from "./image-source.ts";
import { makeMountPoints } from "./mount-points.ts";
import { syncTree } from "./sync-tree.ts";
import { unpackLayer } from "./unpack-layer.ts";

export interface UnpackedImage {
  /** Hexadecimal. */
  readonly digest: string;
  /** Absolute: the root file system. */
  readonly rootDirectory: string;
  readonly configuration: ImageConfiguration;
  /** Of all files, in bytes. */
  readonly sizeBytes: number;
}

export interface ImageStore {
  /** Unpacks an image that is not there yet. Rejects with `ImageError`. */
  unpack(source: ImageSource): Promise<UnpackedImage>;
  /** An image that was unpacked, by this engine or an earlier one. */
  find(digest: string): Promise<UnpackedImage | undefined>;
  /** The digests of all. */
  list(): Promise<readonly string[]>;
  /** Removes an image that nothing runs from. */
  remove(digest: string): Promise<void>;
}

/** AWS's limit of an image and all its layers, unpacked, in bytes. */
const UNPACKED_SIZE_MAX: number = 10 * 1024 * 1024 * 1024;
const DIGEST = /^[0-9a-f]{64}$/;
const ROOT = "root";
const DESCRIPTION = "image.json";

export function createImageStore(options: { readonly directory: string }): ImageStore {
  const directory = path.resolve(options.directory);
  const known = new Map<string, Promise<UnpackedImage>>();
  let drafts = 0;
  const draftOf = (digest: string): string => {
    drafts += 1;
    return path.join(directory, `.${digest}.${process.pid}.${drafts}`);
  };

  const unpack = async (source: ImageSource): Promise<UnpackedImage> => {
    const there = await readImage(directory, source.digest);
    if (there !== undefined) {
      return there;
    }
    const draft = draftOf(source.digest);
    try {
      await rm(draft, { recursive: true, force: true });
      const sizeBytes = await unpackInto(draft, source);
      const { configuration } = source;
      await writeFile(path.join(draft, DESCRIPTION), JSON.stringify({ configuration, sizeBytes }));
      await syncTree(draft);
      await rename(draft, path.join(directory, source.digest));
      await syncFolder(directory);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    const unpacked = await readImage(directory, source.digest);
    if (unpacked === undefined) {
      throw new ImageError(`The image ${source.digest} is gone as soon as it was unpacked.`);
    }
    return unpacked;
  };

  return {
    unpack(source) {
      let unpacked = known.get(source.digest);
      if (!unpacked) {
        unpacked = unpack(source);
        known.set(source.digest, unpacked);
        unpacked.catch(() => known.delete(source.digest));
      }
      return unpacked;
    },
    async find(digest) {
      return (await known.get(digest)?.catch(() => undefined)) ?? readImage(directory, digest);
    },
    async list() {
      const names = await readdir(directory).catch(() => []);
      return names.filter((name) => DIGEST.test(name));
    },
    async remove(digest) {
      known.delete(digest);
      // Renamed first: what is unpacked meanwhile has the name for itself.
      const doomed = draftOf(digest);
      try {
        await rename(path.join(directory, digest), doomed);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
          return;
        }
        throw error;
      }
      await rm(doomed, { recursive: true, force: true });
    },
  };
}

async function readImage(directory: string, digest: string): Promise<UnpackedImage | undefined> {
  const folder = path.join(directory, digest);
  const text = await readFile(path.join(folder, DESCRIPTION), "utf8").catch(() => undefined);
  if (text === undefined) {
    return undefined;
  }
  const described = JSON.parse(text) as Pick<UnpackedImage, "configuration" | "sizeBytes">;
  return { ...described, digest, rootDirectory: path.join(folder, ROOT) };
}

/** Resolves to the size of all files. */
async function unpackInto(draft: string, { layers }: ImageSource): Promise<number> {
  const root = path.join(draft, ROOT);
  await mkdir(root, { recursive: true, mode: 0o755 });
  let size = 0;
  for (const layer of layers) {
    await unpackChecked(layer, root, (count) => {
      size += count;
      if (size > UNPACKED_SIZE_MAX) {
        throw new ImageError(`The image is larger than ${UNPACKED_SIZE_MAX} bytes, unpacked.`);
      }
    });
  }
  await makeMountPoints(root);
  return size;
}

/** The digests are known at the end of the stream: what was unpacked by then is thrown away. */
async function unpackChecked(
  layer: ImageLayer,
  root: string,
  onBytes: (count: number) => void,
): Promise<void> {
  const packed = hashing();
  const plain = hashing();
  const stream = layer.open();
  const start = await firstBytes(stream);
  const out = new PassThrough();
  const streamed = pipeline([stream, packed.stream, decoder(start), plain.stream, out]);
  try {
    await unpackLayer(out, root, onBytes);
    await streamed;
  } catch (error) {
    out.destroy();
    await streamed.catch(() => undefined);
    throw damaged(error);
  }
  checkDigest(layer.digest, packed.digest());
  checkDigest(layer.diffId, plain.digest());
}

function damaged(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" && code.startsWith("Z_")
    ? new ImageError(`A layer of the image is damaged: ${(error as Error).message}.`)
    : error;
}

function checkDigest(wanted: string | undefined, found: string): void {
  if (wanted !== undefined && wanted !== found) {
    throw new ImageError(
      `A layer of the image is damaged: it should be ${wanted}, it is ${found}.`,
    );
  }
}

function hashing(): { readonly stream: Transform; digest(): string } {
  const hash = createHash("sha256");
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { stream, digest: () => `sha256:${hash.digest("hex")}` };
}

/** Left in the stream. */
async function firstBytes(stream: Readable): Promise<Buffer> {
  await new Promise<void>((resolve, reject) => {
    stream.once("readable", resolve).once("error", reject).once("end", resolve);
  });
  const first: Buffer | null = stream.read();
  if (first === null) {
    return Buffer.alloc(0);
  }
  stream.unshift(first);
  return first;
}

/** `zlib` of Node.js 22.15 and later has it. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };

/** By the first bytes: what media types say is not always so. */
function decoder(start: Buffer): Transform {
  switch (start.subarray(0, 4).toString("hex")) {
    case "28b52ffd":
      if (createZstdDecompress === undefined) {
        throw new ImageError(
          "The image has layers in zstd, which this Node.js cannot read (22.15 and later can). " +
            "Build it with compression=gzip.",
        );
      }
      return createZstdDecompress();
    default:
      return start[0] === 0x1f && start[1] === 0x8b ? zlib.createGunzip() : new PassThrough();
  }
}

async function syncFolder(directory: string): Promise<void> {
  const handle = await open(directory);
  await handle.sync().finally(() => handle.close());
}
