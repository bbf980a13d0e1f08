/**
 * Large byte strings outside the ordered store: S3 objects, function packages.
 *
 * Invariants:
 * B1  `write` resolves once the bytes are on disk; a blob exists for good only when a committed
 *     transaction retained it. One that no transaction retained is removed when the engine starts.
 * B2  `retain` and `release` are rows written in the owner's transaction. The file goes after the
 *     commit that released it.
 * B3  A blob may be retained several times; it goes when it was released as often.
 * B4  `read` takes hold of the blob before it returns, so that one read in the turn of the event
 *     loop in which its owner's row was read is there to the end. The stream is to be consumed or
 *     returned: until then it keeps a file open.
 * B5  `hold` does the same for many blobs that are read one after the other: none of them is removed
 *     until it is let go of. Holds are in memory alone: a crash ends the readers too.
 *
 * | key                 | value                                                       |
 * |---------------------|-------------------------------------------------------------|
 * | `blob`, id          | how often it is retained                                     |
 * | `blob-released`, id | none: the bytes are to be removed                            |
 */
import type { ByteStream } from "../base/byte-stream.ts";
import type { Log } from "../platform/log.ts";
import type { Random } from "../platform/random.ts";
import { decodeRecord, encodeRecord } from "./record.ts";
import type { ReadTx, Store, WriteTx } from "./store.ts";

export interface BlobInfo {
  /** Names the blob: unique, never reused. */
  readonly id: string;
  readonly sizeBytes: number;
}

export interface ByteRange {
  /** Inclusive. */
  readonly startByte: number;
  /** Exclusive. */
  readonly endByte: number;
}

export interface Blobs {
  write(source: Uint8Array | ByteStream): Promise<BlobInfo>;
  read(id: string, range?: ByteRange): ByteStream;
  readAll(id: string): Promise<Uint8Array>;
  /** Returns what lets go again, which may be called once. */
  hold(ids: readonly string[]): () => void;
  retain(tx: WriteTx, id: string): void;
  /** Also lets go of a blob that was written and never retained. */
  release(tx: WriteTx, id: string): void;
}

/** Where the bytes are kept: what tells disk from memory. */
export interface BlobBytes {
  /** Resolves once the bytes are as durable as promised; leaves nothing when the source throws. */
  write(id: string, source: Uint8Array | ByteStream): Promise<number>;
  read(id: string, range?: ByteRange): ByteStream;
  /** Leaves alone what is not there. */
  remove(id: string): Promise<void>;
  ids(): Promise<readonly string[]>;
}

export interface BlobsOptions {
  readonly store: Store;
  readonly random: Random;
  readonly log: Log;
}

const RETAINED = "blob";
const RELEASED = "blob-released";
const TOPIC = "blobs.released";
const ID_BYTES = 16;
/** Ids looked up in one transaction when orphans are swept. */
const SWEEP_MAX = 1_000;
/** Released blobs whose bytes are removed between two transactions. */
const REMOVE_MAX = 100;

/** Resolves once what an earlier run left behind is removed. */
export async function createBlobs(bytes: BlobBytes, options: BlobsOptions): Promise<Blobs> {
  await sweepOrphans(bytes, options.store);
  const holds = new Map<string, number>();
  const remove = startRemoving(bytes, holds, options);
  return {
    async write(source) {
      const id = Buffer.from(options.random.bytes(ID_BYTES)).toString("hex");
      return { id, sizeBytes: await bytes.write(id, source) };
    },
    read: bytes.read,
    async readAll(id) {
      const parts: Uint8Array[] = [];
      for await (const part of bytes.read(id)) {
        parts.push(part);
      }
      const [only] = parts;
      return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
    },
    hold(ids) {
      for (const id of ids) {
        holds.set(id, (holds.get(id) ?? 0) + 1);
      }
      return () => {
        letGo(holds, ids);
        remove();
      };
    },
    retain(tx, id) {
      tx.set([RETAINED, id], encodeRecord(retainedCount(tx, id) + 1));
      if (tx.get([RELEASED, id]) !== undefined) {
        tx.delete([RELEASED, id]);
      }
    },
    release(tx, id) {
      const count = retainedCount(tx, id);
      if (count > 1) {
        tx.set([RETAINED, id], encodeRecord(count - 1));
      } else {
        tx.delete([RETAINED, id]);
        tx.set([RELEASED, id], encodeRecord(null));
        tx.signal(TOPIC);
      }
    },
  };
}

function letGo(holds: Map<string, number>, ids: readonly string[]): void {
  for (const id of ids) {
    const count = holds.get(id) ?? 0;
    if (count > 1) {
      holds.set(id, count - 1);
    } else {
      holds.delete(id);
    }
  }
}

function retainedCount(tx: ReadTx, id: string): number {
  const value = tx.get([RETAINED, id]);
  return value === undefined ? 0 : decodeRecord<number>(value);
}

/** At the start nothing is being written, so whatever nobody retained is an orphan. */
async function sweepOrphans(bytes: BlobBytes, store: Store): Promise<void> {
  const ids = await bytes.ids();
  for (let at = 0; at < ids.length; at += SWEEP_MAX) {
    const some = ids.slice(at, at + SWEEP_MAX);
    const orphans = await store.read((tx) => some.filter((id) => retainedCount(tx, id) === 0));
    await Promise.all(orphans.map((id) => bytes.remove(id)));
  }
  const forget = (tx: WriteTx): number => tx.clearRange({ prefix: [RELEASED], limit: SWEEP_MAX });
  while ((await store.write(forget)) === SWEEP_MAX) {
    // Their bytes are gone; another transaction's worth of rows may be left.
  }
}

type Holds = ReadonlyMap<string, number>;

/**
 * Removes released blobs in the background, one round at a time; what it returns asks for a round
 * when one was put off because of holds.
 */
function startRemoving(bytes: BlobBytes, holds: Holds, options: BlobsOptions): () => void {
  const { store, log } = options;
  let isRunning = false;
  let isWanted = false;
  let isPutOff = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      isPutOff = await removeReleased(bytes, holds, store);
    }
    isRunning = false;
  };
  const start = (): void => {
    isWanted = true;
    if (!isRunning) {
      run().catch((error: unknown) => {
        isRunning = false;
        log.write("warn", "Released blobs are left for the next start.", { error: String(error) });
      });
    }
  };
  store.signals.subscribe(TOPIC, start);
  return () => {
    if (isPutOff || isRunning) {
      start();
    }
  };
}

/** Whether some are left because somebody holds them. */
async function removeReleased(bytes: BlobBytes, holds: Holds, store: Store): Promise<boolean> {
  for (;;) {
    const released = await store.read((tx) => firstReleased(tx, holds));
    // Looked at again in the turn in which they go: somebody may have come in between.
    const ids = released.ids.filter((id) => !holds.has(id));
    if (ids.length === 0) {
      return released.isAnyHeld || released.ids.length > 0;
    }
    await Promise.all(ids.map((id) => bytes.remove(id)));
    await store.write((tx) => {
      for (const id of ids) {
        tx.delete([RELEASED, id]);
      }
    });
  }
}

function firstReleased(
  tx: ReadTx,
  holds: Holds,
): { readonly ids: readonly string[]; readonly isAnyHeld: boolean } {
  const ids: string[] = [];
  let isAnyHeld = false;
  for (const { key } of tx.range({ prefix: [RELEASED] })) {
    const id = key[1] as string;
    if (holds.has(id)) {
      isAnyHeld = true;
    } else if (ids.push(id) === REMOVE_MAX) {
      break;
    }
  }
  return { ids, isAnyHeld };
}
