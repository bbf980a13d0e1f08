/**
 * The memory driver: a sorted map. For tests and `--memory`; nothing survives the process.
 *
 * With `restarting`, each body runs as a networked driver would run it: whenever it reads a key or
 * range that was not fetched yet, it is stopped and started again. A body that depends on running
 * once fails there, so the tests of every service use this form.
 */
import { assert } from "../../base/assert.ts";
import { latin1Decode } from "../../base/bytes.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Random } from "../../platform/random.ts";
import { createSignalHub } from "../signals.ts";
import { createSortedMap, rowsWithin, type SortedMap } from "../sorted-map.ts";
import { createStamps } from "../stamps.ts";
import type { NoteReceiver, ReadTx, Store, WriteTx } from "../store.ts";
import { type Origin, type Snapshot, Transaction } from "../transaction.ts";
import { runRestarting } from "./restarting.ts";

export interface MemoryStoreOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly restarting?: boolean;
  readonly onNote?: NoteReceiver | undefined;
}

type Run = <T>(snapshot: Snapshot, body: (snapshot: Snapshot) => T) => T;

export function createMemoryStore(options: MemoryStoreOptions): Store {
  const rows = createSortedMap<Uint8Array>();
  const snapshot = snapshotOf(rows);
  const signals = createSignalHub();
  const stamps = createStamps(options.random);
  const run: Run = options.restarting === true ? runRestarting : (given, body) => body(given);
  let closed = false;

  const origin = (): Origin => {
    assert(!closed, "the store is closed");
    const nowMs = options.clock.nowMs();
    return { nowMs, seed: Math.floor(options.random.next() * 2 ** 32), stamp: stamps.next(nowMs) };
  };

  return {
    signals,
    async read<T>(body: (tx: ReadTx) => T): Promise<T> {
      const start = origin();
      return run(snapshot, (given) => body(new Transaction(given, start)));
    },
    async write<T>(body: (tx: WriteTx) => T): Promise<T> {
      const start = origin();
      const { tx, result } = run(snapshot, (given) => {
        const attempt = new Transaction(given, start);
        return { tx: attempt, result: body(attempt) };
      });
      for (const [key, value] of tx.writes) {
        if (value === undefined) {
          rows.delete(key);
        } else {
          rows.set(key, value);
        }
      }
      if (options.onNote !== undefined) {
        tx.notes.forEach(options.onNote);
      }
      signals.emit(tx.signals);
      return result;
    },
    async close() {
      closed = true;
    },
  } as Store;
}

function snapshotOf(rows: SortedMap<Uint8Array>): Snapshot {
  return {
    get: (key) => rows.get(latin1Decode(key)),
    range: (span) => rowsWithin(rows, span),
  };
}
