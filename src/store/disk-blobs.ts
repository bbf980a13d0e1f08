/**
 * Blobs as files: `<directory>/<first two digits of the id>/<id>`.
 *
 * A file is written in place under an id nobody knows yet; a crash in between leaves an orphan for
 * the sweep. A directory of two digits is made with the first file in it: to make all 256 at once
 * would cost a new engine more time than all the rest of its start.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, read as readBytes } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rm, unlink } from "node:fs/promises";
import path from "node:path";
import type { ByteStream } from "../base/byte-stream.ts";
import {
  type BlobBytes,
  type Blobs,
  type BlobsOptions,
  type ByteRange,
  createBlobs,
} from "./blobs.ts";
import type { Durability } from "./store.ts";

export interface DiskBlobs extends Blobs {
  /** The file that holds a blob. Never to be written to. */
  pathOf(id: string): string;
}

export interface DiskBlobsOptions extends BlobsOptions {
  /** Created when missing. */
  readonly directory: string;
  /** With `durable`, the default, a blob written is on disk. */
  readonly durability?: Exclude<Durability, "memory">;
}

const CHUNK_BYTES = 256 * 1024;
/** What comes in smaller pieces is gathered until it is this much. */
const WRITE_BYTES = 512 * 1024;

export async function createDiskBlobs(options: DiskBlobsOptions): Promise<DiskBlobs> {
  const directory = path.resolve(options.directory);
  createDirectory(directory);
  const shards = createShards(directory);
  const pathOf = (id: string): string => path.join(directory, shardOf(id), id);
  const isDurable = options.durability !== "relaxed";
  const bytes: BlobBytes = {
    async write(id, source) {
      await shards.ensure(shardOf(id));
      return writeFile(pathOf(id), source, isDurable);
    },
    read: (id, range) => readStream(openSync(pathOf(id), "r"), range),
    remove: (id) => unlink(pathOf(id)).catch(ignoreMissing),
    async ids() {
      const present = await readdir(directory);
      const found = await Promise.all(present.map((name) => readdir(path.join(directory, name))));
      return found.flat();
    },
  };
  return { ...(await createBlobs(bytes, options)), pathOf };
}

function shardOf(id: string): string {
  return id.slice(0, 2);
}

/** Makes each directory once, and lasting before anything in it is. */
function createShards(directory: string): { ensure(shard: string): Promise<void> } {
  const made = new Map<string, Promise<void>>();
  const make = async (shard: string): Promise<void> => {
    await mkdir(path.join(directory, shard), { recursive: true });
    await syncDirectory(directory);
  };
  return {
    ensure(shard) {
      let known = made.get(shard);
      if (known === undefined) {
        known = make(shard);
        known.catch(() => made.delete(shard));
        made.set(shard, known);
      }
      return known;
    },
  };
}

function createDirectory(directory: string): void {
  const isNew = mkdirSync(directory, { recursive: true }) !== undefined;
  if (isNew) {
    syncNow(directory);
    syncNow(path.dirname(directory));
  }
}

function syncNow(directory: string): void {
  const descriptor = openSync(directory, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

async function writeFile(
  file: string,
  source: Uint8Array | ByteStream,
  isDurable: boolean,
): Promise<number> {
  const handle = await open(file, "wx");
  try {
    const sizeBytes = await writeAll(handle, source);
    if (isDurable) {
      await Promise.all([handle.sync(), syncDirectory(path.dirname(file))]);
    }
    return sizeBytes;
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, source: Uint8Array | ByteStream): Promise<number> {
  if (source instanceof Uint8Array) {
    await handle.writeFile(source);
    return source.length;
  }
  return writeStream(handle, source);
}

/** What was gathered is written while more comes in: at most twice as much is held as is gathered. */
async function writeStream(handle: FileHandle, source: ByteStream): Promise<number> {
  let sizeBytes = 0;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  let writing: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    await writing;
    writing = writeParts(handle, gathered);
    // Whoever awaits it next hears of its failure.
    writing.catch(() => undefined);
    gathered = [];
    gatheredBytes = 0;
  };
  try {
    for await (const part of source) {
      sizeBytes += part.length;
      gatheredBytes += part.length;
      gathered.push(part);
      if (gatheredBytes >= WRITE_BYTES) {
        await write();
      }
    }
    await write();
  } finally {
    await writing;
  }
  return sizeBytes;
}

async function writeParts(handle: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  const [only] = parts;
  if (only !== undefined) {
    await handle.writeFile(parts.length === 1 ? only : Buffer.concat(parts));
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") {
    throw error;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Takes over `descriptor` and closes it when the stream ends, fails or is returned. */
function readStream(descriptor: number, range: ByteRange | undefined): ByteStream {
  const parts = readParts(descriptor, range);
  let isStarted = false;
  const iterator: AsyncIterator<Uint8Array> = {
    next() {
      isStarted = true;
      return parts.next();
    },
    async return() {
      if (isStarted) {
        return parts.return(undefined);
      }
      isStarted = true;
      closeSync(descriptor);
      await parts.return(undefined);
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

async function* readParts(
  descriptor: number,
  range: ByteRange | undefined,
): AsyncGenerator<Uint8Array, undefined> {
  const end = range?.endByte ?? Number.POSITIVE_INFINITY;
  try {
    for (let at = range?.startByte ?? 0; ; ) {
      const part = await readPart(descriptor, at, end);
      if (part === undefined) {
        return undefined;
      }
      at += part.length;
      yield part;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** `undefined` at the end. */
function readPart(
  descriptor: number,
  position: number,
  end: number,
): Promise<Uint8Array | undefined> {
  const size = Math.min(CHUNK_BYTES, end - position);
  if (size <= 0) {
    return Promise.resolve(undefined);
  }
  const chunk = Buffer.allocUnsafe(size);
  return new Promise((resolve, reject) => {
    readBytes(descriptor, chunk, 0, size, position, (error, count) => {
      if (error !== null) {
        reject(error);
      } else {
        resolve(count === 0 ? undefined : chunk.subarray(0, count));
      }
    });
  });
}
