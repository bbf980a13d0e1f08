/**
 * One LMDB environment: rows under binary keys, one group of changes written at a time.
 *
 * `overlappingSync` is off: then LMDB syncs the data pages before it writes the meta page, and the
 * meta page through a descriptor opened with O_DSYNC (`mdb_txn_commit` and `mdb_env_write_meta` in
 * its mdb.c), so that `commit` resolves when the disk has the group, and no reader ever sees rows
 * that a power loss could take back. `eventTurnBatching` is off because groups are formed above;
 * it would only add a turn of the event loop to each.
 */
import { open, type RootDatabase } from "lmdb";
import { asBuffer } from "../../base/bytes.ts";
import type { RawEntry, Snapshot, Span } from "../transaction.ts";

export interface Environment {
  /** The rows on disk, as of the last `refresh`, the same for all reads of one synchronous stretch. */
  readonly snapshot: Snapshot;
  /** Applies changes as one atomic commit; resolves when they are on disk. One at a time. */
  commit(changes: Iterable<RawChangeText>): Promise<void>;
  /** Makes later reads see what was committed meanwhile. */
  refresh(): void;
  close(): Promise<void>;
}

/** An encoded key as a latin1 text, and its new value; `undefined` deletes. */
export type RawChangeText = readonly [key: string, value: Uint8Array | undefined];

export interface EnvironmentOptions {
  /** A file with an extension, or a directory. */
  readonly path: string;
  /** The address space mapped at first; LMDB enlarges it when the data outgrows it. */
  readonly mapBytes: number;
}

/** With 8 KiB pages LMDB takes keys of up to `KEY_SIZE_MAX` bytes. */
const PAGE_BYTES = 8192;
/** Below any encoded key, whose first byte is a tag. */
const LOWEST_KEY = Buffer.from([0]);

type Rows = RootDatabase<Buffer, Buffer>;

export function openEnvironment(options: EnvironmentOptions): Environment {
  const rows: Rows = open<Buffer, Buffer>({
    path: options.path,
    pageSize: PAGE_BYTES,
    mapSize: options.mapBytes,
    maxDbs: 1,
    keyEncoding: "binary",
    encoding: "binary",
    cache: false,
    overlappingSync: false,
    eventTurnBatching: false,
  });
  return {
    snapshot: { get: (key) => rows.getBinary(asBuffer(key)), range: (span) => scan(rows, span) },
    commit: (changes) => commit(rows, changes),
    refresh: () => rows.resetReadTxn(),
    close: () => rows.close(),
  };
}

function* scan(rows: Rows, span: Span): Generator<RawEntry> {
  const [from, until] = [span.from.length === 0 ? LOWEST_KEY : asBuffer(span.from), span.until];
  const bounds = span.reverse
    ? { start: until, exclusiveStart: true, end: from, inclusiveEnd: true, reverse: true }
    : { start: from, end: until };
  yield* rows.getRange(bounds);
}

/** `batch` keeps its operations in one LMDB transaction, which the writing thread commits. */
async function commit(rows: Rows, changes: Iterable<RawChangeText>): Promise<void> {
  try {
    await rows.batch(() => {
      for (const [key, value] of changes) {
        const bytes = Buffer.from(key, "latin1");
        // Both answer with a promise of the whole commit; the one of the batch is awaited.
        void (value === undefined ? rows.remove(bytes) : rows.put(bytes, asBuffer(value)));
      }
    });
  } catch (error) {
    throw await causeOf(error);
  }
}

/** lmdb rejects with "Commit failed" and, on it, a promise that rejects with the reason. */
async function causeOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { readonly commitError?: Promise<never> };
  try {
    await commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}
