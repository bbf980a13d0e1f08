/** Blobs in memory: for tests and `--memory`. */
import { assert } from "../base/assert.ts";
import type { ByteStream } from "../base/byte-stream.ts";
import { type BlobBytes, type Blobs, type BlobsOptions, createBlobs } from "./blobs.ts";

export function createMemoryBlobs(options: BlobsOptions): Promise<Blobs> {
  return createBlobs(memoryBytes(), options);
}

function memoryBytes(): BlobBytes {
  const blobs = new Map<string, Uint8Array>();
  return {
    async write(id, source) {
      const bytes = source instanceof Uint8Array ? Buffer.from(source) : await collected(source);
      blobs.set(id, bytes);
      return bytes.length;
    },
    read(id, range) {
      const bytes = blobs.get(id);
      assert(bytes !== undefined, `there is no blob ${id}`);
      return once(range === undefined ? bytes : bytes.subarray(range.startByte, range.endByte));
    },
    async remove(id) {
      blobs.delete(id);
    },
    async ids() {
      return [...blobs.keys()];
    },
  };
}

async function collected(source: ByteStream): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of source) {
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function* once(bytes: Uint8Array): ByteStream & AsyncGenerator<Uint8Array> {
  yield bytes;
}
