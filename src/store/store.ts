/**
 * The store contract. A state change is a pure function run inside a transaction.
 *
 * Invariants:
 * S1  A body that throws leaves no trace: no write, no timer, no signal.
 * S2  Writes are serializable; `write` resolves once the change is as durable as the store promises.
 * S3  A body may run more than once (a networked driver fetches keys between runs), so it does no
 *     I/O, awaits nothing, changes nothing outside, and takes time and chance from `tx` alone.
 * S4  A read sees a consistent snapshot that holds every write acknowledged before it began.
 * S5  Signals are sent after the commit. They are hints: losing one delays work, never loses it.
 *
 * Keys are tuples in an order-preserving encoding (`base/ordered-key.ts`); values are bytes,
 * by convention msgpack records (`record.ts`, `collection.ts`).
 */
import type { Key } from "../base/ordered-key.ts";
import type { Random } from "../platform/random.ts";
import type { Signals } from "./signals.ts";

/** A Promise as the result of a body is a type error: bodies do not await. */
export type Settled<T> = T extends PromiseLike<unknown> ? never : T;

export interface Entry {
  readonly key: Key;
  readonly value: Uint8Array;
}

/** The keys that start with `prefix`, narrowed by the bounds, each a whole key. */
export interface Range {
  readonly prefix: Key;
  /** Inclusive lower bound. */
  readonly from?: Key | undefined;
  /** Exclusive lower bound. */
  readonly after?: Key | undefined;
  /** Exclusive upper bound. */
  readonly until?: Key | undefined;
  /** Inclusive upper bound. Keys that start with it are above it. */
  readonly through?: Key | undefined;
  readonly reverse?: boolean | undefined;
  readonly limit?: number | undefined;
}

export interface ReadTx {
  /** One reading of the clock for the whole transaction: ms since the Unix epoch. */
  readonly nowMs: number;
  get(key: Key): Uint8Array | undefined;
  /** Lazy: a consumer that stops early reads no further. */
  range(range: Range): Iterable<Entry>;
}

export interface WriteTx extends ReadTx {
  /** Seeded when the write is requested, so that a second run draws the same numbers. */
  readonly random: Random;
  /** A unique text that sorts behind every earlier one of this store (20 characters). */
  orderedId(): string;
  set(key: Key, value: Uint8Array): void;
  delete(key: Key): void;
  /** Deletes the keys of a range, up to its limit, and says how many there were. */
  clearRange(range: Range): number;
  /** Arms a timer. The same kind, key and due time armed twice is one timer. */
  after(timer: Timer): void;
  /** Disarms a timer; one that is not armed is left alone. */
  cancel(timer: TimerId): void;
  /** Wakes the subscribers of `topic` after the commit. */
  signal(topic: string): void;
  /** Hands a note to whoever opened the store, after the commit: news for a reader, never work. */
  note(note: object): void;
}

export interface TimerId {
  readonly dueMs: number;
  /** Names the handler: `events.schedule`. */
  readonly kind: string;
  /** The owner's key for what is due. */
  readonly key: Key;
}

export interface Timer extends TimerId {
  /** A msgpack-able value handed to the handler. */
  readonly payload?: unknown;
}

export interface Store {
  read<T>(body: (tx: ReadTx) => Settled<T>): Promise<T>;
  write<T>(body: (tx: WriteTx) => Settled<T>): Promise<T>;
  readonly signals: Signals;
  /** Resolves once everything acknowledged is on disk and the store is let go. */
  close(): Promise<void>;
}

/** Gets the notes of a transaction once it is committed. */
export type NoteReceiver = (note: object) => void;

/** How much a resolved `write` promises. */
export type Durability = "durable" | "relaxed" | "memory";
