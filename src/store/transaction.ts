/**
 * The transaction every driver shares: reads from a driver's snapshot with the writes of this body
 * laid over it. Nothing reaches the driver until the body has returned, so a throw leaves no trace
 * (S1), and a driver only has to answer `get` and `range` and to apply a list of changes.
 */
import { compareBytes, latin1Decode, latin1Encode } from "../base/bytes.ts";
import { decodeKey, encodeKey, encodeKeyText, type Key, prefixEnd } from "../base/ordered-key.ts";
import { createSeededRandom, type Random } from "../platform/random.ts";
import { overlaid, type RawChange } from "./overlay.ts";
import type { Entry, Range, Timer, TimerId, WriteTx } from "./store.ts";
import { timerKey, timerValue } from "./timer-row.ts";

/** What a driver offers to read from. `from` is inclusive, `until` exclusive, whatever `reverse`. */
export interface Snapshot {
  get(key: Uint8Array): Uint8Array | undefined;
  range(span: Span): Iterable<RawEntry>;
}

export interface Span {
  readonly from: Uint8Array;
  readonly until: Uint8Array;
  readonly reverse: boolean;
}

export interface RawEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** What is fixed when a write is requested, and the same in every run of its body. */
export interface Origin {
  readonly nowMs: number;
  readonly seed: number;
  /** 16 characters that sort behind those of every earlier write. */
  readonly stamp: string;
}

/** What a finished body leaves to be applied: `undefined` deletes. */
export interface Changes {
  readonly writes: ReadonlyMap<string, Uint8Array | undefined>;
  readonly signals: ReadonlySet<string>;
  readonly notes: readonly object[];
}

/** A row of a range; its key is decoded when it is asked for, which many readers never do. */
class StoredEntry implements Entry {
  readonly value: Uint8Array;
  readonly #encodedKey: Uint8Array;

  constructor(raw: RawEntry) {
    this.value = raw.value;
    this.#encodedKey = raw.key;
  }

  get key(): Key {
    return decodeKey(this.#encodedKey);
  }
}

/** Most transactions have none. */
const NO_NOTES: object[] = [];

export class Transaction implements WriteTx, Changes {
  readonly nowMs: number;
  readonly signals: Set<string> = new Set();
  notes: object[] = NO_NOTES;
  /** By encoded key, a latin1 text: its order is that of the bytes. */
  readonly writes: Map<string, Uint8Array | undefined> = new Map();
  readonly #snapshot: Snapshot;
  readonly #origin: Origin;
  #random: Random | undefined;
  #idCount = 0;
  #sortedKeys: readonly string[] | undefined;

  constructor(snapshot: Snapshot, origin: Origin) {
    this.#snapshot = snapshot;
    this.#origin = origin;
    this.nowMs = origin.nowMs;
  }

  get random(): Random {
    this.#random ??= createSeededRandom(this.#origin.seed);
    return this.#random;
  }

  orderedId(): string {
    this.#idCount += 1;
    return this.#origin.stamp + this.#idCount.toString(32).padStart(4, "0");
  }

  get(key: Key): Uint8Array | undefined {
    if (this.writes.size > 0) {
      const text = encodeKeyText(key);
      if (this.writes.has(text)) {
        return this.writes.get(text);
      }
    }
    return this.#snapshot.get(encodeKey(key));
  }

  *range(range: Range): Iterable<Entry> {
    const limit = range.limit ?? Number.POSITIVE_INFINITY;
    let count = 0;
    if (limit <= 0) {
      return;
    }
    for (const raw of this.#merged(spanOf(range))) {
      yield new StoredEntry(raw);
      count += 1;
      if (count >= limit) {
        return;
      }
    }
  }

  set(key: Key, value: Uint8Array): void {
    this.#write(encodeKeyText(key), value);
  }

  delete(key: Key): void {
    this.#write(encodeKeyText(key), undefined);
  }

  clearRange(range: Range): number {
    const keys = [...this.range(range)].map((entry) => entry.key);
    for (const key of keys) {
      this.delete(key);
    }
    return keys.length;
  }

  after(timer: Timer): void {
    this.set(timerKey(timer), timerValue(timer));
    this.signal("timers");
  }

  cancel(timer: TimerId): void {
    this.delete(timerKey(timer));
  }

  signal(topic: string): void {
    this.signals.add(topic);
  }

  note(note: object): void {
    if (this.notes === NO_NOTES) {
      this.notes = [];
    }
    this.notes.push(note);
  }

  #write(key: string, value: Uint8Array | undefined): void {
    if (!this.writes.has(key)) {
      this.#sortedKeys = undefined;
    }
    this.writes.set(key, value);
  }

  #merged(span: Span): Iterable<RawEntry> {
    const stored = this.#snapshot.range(span);
    return this.writes.size === 0 ? stored : overlaid(stored, this.#written(span), span.reverse);
  }

  /** This body's own writes inside a span, in its direction. */
  #written(span: Span): readonly RawChange[] {
    this.#sortedKeys ??= [...this.writes.keys()].sort();
    const [from, until] = [latin1Decode(span.from), latin1Decode(span.until)];
    const keys = this.#sortedKeys.filter((key) => key >= from && key < until);
    const ordered = span.reverse ? keys.reverse() : keys;
    return ordered.map((key) => ({
      key: latin1Encode(key),
      value: this.writes.get(key),
    }));
  }
}

/** The successor of a key in byte order: nothing sorts between the two. */
const ZERO = Buffer.from([0]);

function spanOf(range: Range): Span {
  const prefix = encodeKey(range.prefix);
  let [from, until] = [prefix, prefixEnd(prefix)];
  for (const bound of [
    range.from && encodeKey(range.from),
    range.after && Buffer.concat([encodeKey(range.after), ZERO]),
  ]) {
    if (bound !== undefined && compareBytes(bound, from) > 0) {
      from = bound;
    }
  }
  for (const bound of [
    range.until && encodeKey(range.until),
    range.through && Buffer.concat([encodeKey(range.through), ZERO]),
  ]) {
    if (bound !== undefined && compareBytes(bound, until) < 0) {
      until = bound;
    }
  }
  return { from, until, reverse: range.reverse === true };
}
