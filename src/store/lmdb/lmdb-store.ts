/**
 * The embedded driver: LMDB in one folder, one engine on it.
 *
 * A body runs at once, on the rows on disk with the groups on their way there laid over them, so a
 * body is never kept waiting and never run twice. Its changes join the next group. One group is
 * being committed at a time, on LMDB's own thread: what arrives meanwhile forms the next one, so
 * that one sync of the disk serves all writes that wait for it, and the event loop never waits.
 *
 * Invariants (beside those of `store.ts`):
 * L1  Groups reach the disk in the order their bodies ran; a group is on disk whole or not at all.
 * L2  With `durable`, a write resolves after its group is on disk, and so does one that changed
 *     nothing but may have read what is not there yet; reads see what is on disk.
 * L3  With `relaxed`, a write resolves when its body has run and reads see it; its group follows
 *     at once, so what a power loss can take is what one or two commits hold.
 * L4  After a failed commit nothing is acknowledged and nothing is read any more.
 */
import { statfsSync } from "node:fs";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log.ts";
import type { Random } from "../../platform/random.ts";
import { createSignalHub, type SignalHub } from "../signals.ts";
import type { NoteReceiver, ReadTx, Store, WriteTx } from "../store.ts";
import { diskRefused, storeClosed } from "../store-error.ts";
import { type Origin, type Snapshot, Transaction } from "../transaction.ts";
import { CommitGroup } from "./commit-group.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";

export interface LmdbStoreOptions {
  /** Created when missing; held until `close`. */
  readonly directory: string;
  readonly durability: "durable" | "relaxed";
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onNote?: NoteReceiver | undefined;
  /** The address space mapped at first; LMDB enlarges it when the data outgrows it. */
  readonly mapBytes?: number;
}

const MIB = 2 ** 20;

export async function createLmdbStore(options: LmdbStoreOptions): Promise<Store> {
  return new LmdbStore(await openDataFolder(options), options);
}

class LmdbStore implements Store {
  readonly signals: SignalHub = createSignalHub();
  readonly #folder: DataFolder;
  readonly #options: LmdbStoreOptions;
  readonly #isDurable: boolean;
  /** On its way to the disk. */
  #flying: CommitGroup | undefined;
  #next: CommitGroup = new CommitGroup();
  /** The rows on disk under `#flying` and `#next`. */
  #latest: Snapshot;
  #isCommitScheduled = false;
  /** Writes that wait for a place in a group. */
  #queue: (() => void)[] = [];
  #unusable: Error | undefined;
  #whenIdle: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(folder: DataFolder, options: LmdbStoreOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#isDurable = options.durability === "durable";
    this.#latest = this.#next.over(folder.environment.snapshot);
  }

  async read<T>(body: (tx: ReadTx) => T): Promise<T> {
    if (this.#unusable !== undefined) {
      throw this.#unusable;
    }
    const snapshot = this.#isDurable ? this.#folder.environment.snapshot : this.#latest;
    const origin: Origin = { nowMs: this.#options.clock.nowMs(), seed: 0, stamp: "" };
    return body(new Transaction(snapshot, origin));
  }

  async write<T>(body: (tx: WriteTx) => T): Promise<T> {
    while (this.#next.isFull && this.#unusable === undefined) {
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    }
    if (this.#unusable !== undefined) {
      throw this.#unusable;
    }
    // Not before it waited, so that ordered ids are in the order in which bodies run.
    const tx = new Transaction(this.#latest, this.#origin());
    const result = body(tx);
    const group = this.#take(tx);
    if (group === undefined || !this.#isDurable) {
      this.#tell(tx.notes);
      this.signals.emit(tx.signals);
      return result;
    }
    return group.wait(result, tx);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #origin(): Origin {
    const nowMs = this.#options.clock.nowMs();
    const seed = Math.floor(this.#options.random.next() * 2 ** 32);
    return { nowMs, seed, stamp: this.#folder.stamp(nowMs) };
  }

  /** The group that carries the changes, or all that they build upon; none when all is on disk. */
  #take(tx: Transaction): CommitGroup | undefined {
    if (tx.writes.size > 0) {
      this.#next.add(tx);
      this.#schedule();
      return this.#next;
    }
    return this.#next.rows.size > 0 ? this.#next : this.#flying;
  }

  /** After the writes of this turn of the event loop, so that they share a commit. */
  #schedule(): void {
    if (this.#flying === undefined && !this.#isCommitScheduled) {
      this.#isCommitScheduled = true;
      setImmediate(() => {
        this.#isCommitScheduled = false;
        void this.#commit();
      });
    }
  }

  async #commit(): Promise<void> {
    const group = this.#next;
    this.#flying = group;
    this.#startGroup();
    this.#folder.mark(group.rows);
    try {
      await this.#folder.environment.commit(group.rows.entries());
    } catch (error) {
      this.#fail(group, error);
      return;
    }
    this.#folder.environment.refresh();
    this.#flying = undefined;
    this.#layOver();
    this.#tell(group.notes);
    group.resolve();
    this.signals.emit(group.signals);
    if (this.#next.rows.size > 0) {
      this.#schedule();
    } else {
      this.#whenIdle?.();
    }
  }

  #tell(notes: readonly object[]): void {
    const { onNote } = this.#options;
    if (onNote !== undefined) {
      notes.forEach(onNote);
    }
  }

  #startGroup(): void {
    this.#next = new CommitGroup();
    this.#layOver();
    const queue = this.#queue;
    this.#queue = [];
    for (const proceed of queue) {
      proceed();
    }
  }

  #layOver(): void {
    const disk = this.#folder.environment.snapshot;
    this.#latest = this.#next.over(this.#flying === undefined ? disk : this.#flying.over(disk));
  }

  #fail(group: CommitGroup, cause: unknown): void {
    const { directory } = this.#options;
    const { bavail, bsize } = statfsSync(directory);
    const freeMib = Math.floor((bavail * bsize) / MIB);
    this.#unusable = diskRefused({ directory, cause, freeMib });
    this.#options.log.write("error", this.#unusable.message);
    group.reject(this.#unusable);
    this.#next.reject(this.#unusable);
    this.#flying = undefined;
    this.#startGroup();
    this.#whenIdle?.();
  }

  async #close(): Promise<void> {
    this.#unusable ??= storeClosed();
    if (this.#flying !== undefined || this.#isCommitScheduled) {
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve;
      });
    }
    await this.#folder.close();
  }
}
