/** Opens the store that a durability asks for. */
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Random } from "../platform/random.ts";
import { createLmdbStore } from "./lmdb/lmdb-store.ts";
import { createMemoryStore } from "./memory/memory-store.ts";
import type { Durability, NoteReceiver, Store } from "./store.ts";

export interface OpenStoreOptions {
  /** Left alone when the durability is `memory`. */
  readonly directory: string;
  readonly durability: Durability;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onNote?: NoteReceiver | undefined;
}

/** Throws an `OperatorError` when another engine holds the folder or its data cannot be read. */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  return options.durability === "memory"
    ? createMemoryStore(options)
    : createLmdbStore({ ...options, durability: options.durability });
}
