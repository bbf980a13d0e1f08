/**
 * A store that fails as a real one does: a commit that fails, before or after it took effect, ends
 * the life of the engine over it. From then on every call of that life fails; what was committed is
 * there for the next one.
 */
import type { Random } from "../../src/platform/random.ts";
import type { ReadTx, Settled, Store, WriteTx } from "../../src/store/store.ts";

export class EngineDied extends Error {
  override readonly name = "EngineDied";
}

export interface FaultyStoreOptions {
  /** Survives: what is committed is there for the next life. */
  readonly inner: Store;
  readonly random: Random;
  /** Of each write; half of those that fail take effect. */
  readonly faultChance: () => number;
  readonly onDeath: () => void;
}

export interface FaultyStore extends Store {
  readonly isDead: boolean;
  die(): void;
}

export function createFaultyStore(options: FaultyStoreOptions): FaultyStore {
  const { inner, random, faultChance, onDeath } = options;
  let isDead = false;
  const die = (): void => {
    if (!isDead) {
      isDead = true;
      onDeath();
    }
  };
  const live = (): void => {
    if (isDead) {
      throw new EngineDied("the engine of this store has died");
    }
  };
  return {
    get isDead() {
      return isDead;
    },
    die,
    signals: inner.signals,
    async read<T>(body: (tx: ReadTx) => Settled<T>): Promise<T> {
      live();
      return inner.read(body);
    },
    async write<T>(body: (tx: WriteTx) => Settled<T>): Promise<T> {
      live();
      const isFaulty = random.next() < faultChance();
      if (isFaulty && random.next() < 0.5) {
        die();
      }
      live();
      const result = await inner.write(body);
      if (isFaulty) {
        die();
      }
      live();
      return result;
    },
    async close() {},
  };
}
