/** The store that unit tests use: in memory, simulated time, seeded chance, every body restarted. */
import { createSeededRandom, type Random } from "../platform/random.ts";
import { createSimulatedClock, type SimulatedClock } from "../platform/simulated-clock.ts";
import { createMemoryStore } from "../store/memory/memory-store.ts";
import type { Store } from "../store/store.ts";

export interface TestStore {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly random: Random;
}

export function createTestStore(options: { readonly seed?: number } = {}): TestStore {
  const clock = createSimulatedClock();
  const random = createSeededRandom(options.seed ?? 1);
  return { clock, random, store: createMemoryStore({ clock, random, restarting: true }) };
}
