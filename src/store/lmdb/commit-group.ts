/** The changes of several writes that reach the disk as one commit, and who waits for it. */
import { latin1Decode } from "../../base/bytes.ts";
import { overlaid } from "../overlay.ts";
import { createSortedMap, rowsWithin, type SortedMap } from "../sorted-map.ts";
import type { Changes, Snapshot } from "../transaction.ts";

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A group takes no further write once it has this many rows or bytes. */
const GROUP_ROWS_MAX = 8_192;
const GROUP_BYTES_MAX = 16 * 2 ** 20;

const NOT_THERE = Symbol("not there");

export class CommitGroup {
  /** The last change of each row; `undefined` deletes it. */
  readonly rows: SortedMap<Uint8Array | undefined> = createSortedMap();
  readonly signals: Set<string> = new Set();
  readonly notes: object[] = [];
  readonly #waiters: Waiter[] = [];
  #sizeBytes = 0;

  get isFull(): boolean {
    return this.rows.size >= GROUP_ROWS_MAX || this.#sizeBytes >= GROUP_BYTES_MAX;
  }

  add(changes: Changes): void {
    for (const [key, value] of changes.writes) {
      this.rows.set(key, value);
      this.#sizeBytes += key.length + (value?.length ?? 0);
    }
  }

  /** Settles with the group; the signals and notes of the changes are sent just before. */
  wait<T>(result: T, { signals, notes }: Changes): Promise<T> {
    for (const topic of signals) {
      this.signals.add(topic);
    }
    for (const note of notes) {
      this.notes.push(note);
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve: () => resolve(result), reject });
    });
  }

  resolve(): void {
    for (const waiter of this.#waiters) {
      waiter.resolve();
    }
  }

  reject(error: Error): void {
    for (const waiter of this.#waiters) {
      waiter.reject(error);
    }
  }

  /** `below` with the changes of this group laid over it. */
  over(below: Snapshot): Snapshot {
    return {
      get: (key) => {
        const value =
          this.rows.size === 0 ? NOT_THERE : this.rows.get(latin1Decode(key), NOT_THERE);
        return typeof value === "symbol" ? below.get(key) : value;
      },
      range: (span) =>
        this.rows.size === 0
          ? below.range(span)
          : overlaid(below.range(span), rowsWithin(this.rows, span), span.reverse),
    };
  }
}
