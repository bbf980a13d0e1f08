/**
 * The content of objects and parts: small content is a row, larger content a blob.
 *
 * Content is received outside of any transaction, then kept by the one that stores its owner. What
 * is received and not kept is given up (`discard`), or swept when the engine starts.
 */
import { createHash } from "node:crypto";
import { assert } from "../../base/assert.ts";
import type { ByteStream } from "../../base/byte-stream.ts";
import type { Blobs, ByteRange } from "../../store/blobs.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { badMd5 } from "../../wire/body.ts";
import { createChecksum } from "../../wire/checksums.ts";
import {
  algorithmOf,
  type StoredChecksum,
  verifyChecksum,
  type WantedChecksum,
} from "./checksum.ts";
import { entityTooLarge } from "./errors.ts";
import { contentKey } from "./keys.ts";
import { INLINE_BYTES_MAX, UPLOAD_BYTES_MAX } from "./limits.ts";
import type { S3Context } from "./ports.ts";

/** Content that is kept: in a row or in a blob. */
export type Piece =
  | { readonly contentId: string; readonly sizeBytes: number }
  | { readonly blobId: string; readonly sizeBytes: number };

/** Content that came in and belongs to nobody yet. */
export interface Received {
  readonly held: Uint8Array | { readonly blobId: string };
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly md5: string;
  readonly checksum: StoredChecksum | undefined;
  /** The checksum that every object has, where it was asked for beside another one; base64. */
  readonly crc64: string | undefined;
}

export interface Wanted {
  readonly checksum?: WantedChecksum | undefined;
  readonly crc64?: boolean;
  /** Base64. */
  readonly md5?: string | undefined;
}

/** What `aws-chunked` may add to content, at the most that is still one of its kind. */
const CHUNKING_SHARE = 0.02;

/** Refuses at once what says that it will be too large; what does not say is refused on its way. */
export function checkDeclaredLength(lengthBytes: number | undefined): void {
  if (lengthBytes !== undefined && lengthBytes > UPLOAD_BYTES_MAX * (1 + CHUNKING_SHARE)) {
    throw entityTooLarge(lengthBytes, UPLOAD_BYTES_MAX);
  }
}

/** Throws, and keeps nothing, when the content is not what it is wanted to be. */
export async function receive(
  ctx: S3Context,
  source: ByteStream | undefined,
  wanted: Wanted = {},
): Promise<Received> {
  const digests = createDigests(wanted);
  const content = await taken(ctx.blobs, digested(source ?? nothing(), digests));
  try {
    return { ...content, ...digests.verified() };
  } catch (error) {
    await discard(ctx, content.held);
    throw error;
  }
}

/** The digests of content that is kept already. */
export async function digestOf(
  source: ByteStream,
  wanted: Wanted,
): Promise<Pick<Received, "md5" | "checksum" | "crc64">> {
  const digests = createDigests(wanted);
  for await (const bytes of source) {
    digests.update(bytes);
  }
  return digests.verified();
}

/** Runs the transaction that keeps received content; gives the content up when it throws. */
export async function keeping<T>(
  ctx: S3Context,
  received: Received,
  body: (tx: WriteTx) => T extends PromiseLike<unknown> ? never : T,
): Promise<T> {
  try {
    return await ctx.store.write<T>(body);
  } catch (error) {
    await discard(ctx, received.held);
    throw error;
  }
}

export function keep(tx: WriteTx, blobs: Blobs, received: Received): Piece {
  const { held, sizeBytes } = received;
  if (held instanceof Uint8Array) {
    const contentId = tx.orderedId();
    tx.set(contentKey(contentId), held);
    return { contentId, sizeBytes };
  }
  blobs.retain(tx, held.blobId);
  return { blobId: held.blobId, sizeBytes };
}

/** A second owner for content that is kept. */
export function share(tx: WriteTx, blobs: Blobs, piece: Piece): Piece {
  if ("blobId" in piece) {
    blobs.retain(tx, piece.blobId);
    return piece;
  }
  const contentId = tx.orderedId();
  tx.set(contentKey(contentId), rowOf(tx, piece.contentId));
  return { contentId, sizeBytes: piece.sizeBytes };
}

export function drop(tx: WriteTx, blobs: Blobs, pieces: readonly Piece[]): void {
  for (const piece of pieces) {
    if ("blobId" in piece) {
      blobs.release(tx, piece.blobId);
    } else {
      tx.delete(contentKey(piece.contentId));
    }
  }
}

/** Content about to be read, of one piece: rows are read already, blobs are not. */
type Slice = Uint8Array | { readonly blobId: string; readonly range: ByteRange };

/** What a range of pieces consists of. */
export function slicesOf(tx: ReadTx, pieces: readonly Piece[], range: ByteRange): readonly Slice[] {
  const slices: Slice[] = [];
  let start = 0;
  for (const piece of pieces) {
    const startByte = Math.max(range.startByte - start, 0);
    const endByte = Math.min(range.endByte - start, piece.sizeBytes);
    if (startByte < endByte) {
      slices.push(
        "blobId" in piece
          ? { blobId: piece.blobId, range: { startByte, endByte } }
          : rowOf(tx, piece.contentId).subarray(startByte, endByte),
      );
    }
    start += piece.sizeBytes;
  }
  return slices;
}

/**
 * To be called in the turn of the event loop in which the slices were read: it holds the blobs, so
 * that they are there to the end even when their owner goes. To be consumed or returned.
 */
export function contentStream(blobs: Blobs, slices: readonly Slice[]): ByteStream {
  const letGo = blobs.hold(
    slices.flatMap((slice) => (slice instanceof Uint8Array ? [] : [slice.blobId])),
  );
  const parts = partsOf(blobs, slices);
  let isOver = false;
  const over = <T>(result: T): T => {
    if (!isOver) {
      isOver = true;
      letGo();
    }
    return result;
  };
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      try {
        const result = await parts.next();
        return result.done === true ? over(result) : result;
      } catch (error) {
        throw over(error);
      }
    },
    return: async () => over(await parts.return(undefined)),
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

async function* partsOf(
  blobs: Blobs,
  slices: readonly Slice[],
): AsyncGenerator<Uint8Array, undefined> {
  for (const slice of slices) {
    if (slice instanceof Uint8Array) {
      yield slice;
    } else {
      yield* blobs.read(slice.blobId, slice.range);
    }
  }
  return undefined;
}

function rowOf(tx: ReadTx, contentId: string): Uint8Array {
  const bytes = tx.get(contentKey(contentId));
  assert(bytes !== undefined, `the content ${contentId} is gone`);
  return bytes;
}

async function discard(ctx: S3Context, held: Received["held"]): Promise<void> {
  if (!(held instanceof Uint8Array)) {
    await ctx.store.write((tx) => ctx.blobs.release(tx, held.blobId));
  }
}

/** Up to `INLINE_BYTES_MAX` bytes as they are; more as a blob. */
async function taken(
  blobs: Blobs,
  source: ByteStream,
): Promise<Pick<Received, "held" | "sizeBytes">> {
  const iterator = source[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let sizeBytes = 0;
  while (sizeBytes <= INLINE_BYTES_MAX) {
    const part = await iterator.next();
    if (part.done === true) {
      return { held: Buffer.concat(first), sizeBytes };
    }
    first.push(part.value);
    sizeBytes += part.value.length;
  }
  const { id, sizeBytes: total } = await blobs.write(continued(first, iterator));
  return { held: { blobId: id }, sizeBytes: total };
}

async function* continued(
  first: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): ByteStream & AsyncGenerator<Uint8Array> {
  try {
    yield* first;
    for (let part = await rest.next(); part.done !== true; part = await rest.next()) {
      yield part.value;
    }
  } finally {
    await rest.return?.();
  }
}

interface Digests {
  update(bytes: Uint8Array): void;
  verified(): Pick<Received, "md5" | "checksum" | "crc64">;
}

function createDigests(wanted: Wanted): Digests {
  const md5 = createHash("md5");
  const { checksum: wantedChecksum } = wanted;
  const checksum = wantedChecksum && createChecksum(algorithmOf(wantedChecksum.name));
  const isCrc64 = wantedChecksum?.name === "CRC64NVME";
  const crc64 = wanted.crc64 === true && !isCrc64 ? createChecksum("crc64nvme") : undefined;
  return {
    update(bytes) {
      md5.update(bytes);
      checksum?.update(bytes);
      crc64?.update(bytes);
    },
    verified() {
      const digest = md5.digest();
      if (wanted.md5 !== undefined && wanted.md5 !== digest.toString("base64")) {
        throw badMd5({ given: wanted.md5, computed: digest.toString("base64") });
      }
      const value = checksum?.digest();
      if (wantedChecksum === undefined || value === undefined) {
        return { md5: digest.toString("hex"), checksum: undefined, crc64: crc64?.digest() };
      }
      verifyChecksum(wantedChecksum, value);
      const { name } = wantedChecksum;
      return {
        md5: digest.toString("hex"),
        checksum: { name, value, type: "FULL_OBJECT" },
        crc64: isCrc64 ? value : crc64?.digest(),
      };
    },
  };
}

async function* digested(
  source: ByteStream,
  digests: Digests,
): ByteStream & AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const bytes of source) {
    sizeBytes += bytes.length;
    if (sizeBytes > UPLOAD_BYTES_MAX) {
      throw entityTooLarge(sizeBytes, UPLOAD_BYTES_MAX);
    }
    digests.update(bytes);
    yield bytes;
  }
}

async function* nothing(): ByteStream & AsyncGenerator<Uint8Array> {
  // No body at all is an empty one.
}
