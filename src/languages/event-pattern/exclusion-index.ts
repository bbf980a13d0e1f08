/**
 * Tests that nearly every value passes (`anything-but`), and finding those that a value does pass,
 * at a cost that depends on how many there are of these, not on how many it fails.
 *
 * Each entry has a slot, slots lie in blocks of blocks, and everything that excludes (a value, a
 * prefix) knows how many slots of each block it excludes. A block in which it excludes as many as
 * there are is passed over whole.
 *
 * Invariant: a value has at most one of the reasons of an entry, so excluded slots can be counted.
 */

/** What excludes, filed so that the reasons a value has are found without trying each. */
export interface Reasons<V, K> {
  get(key: K): Excluded | undefined;
  set(key: K, excluded: Excluded): void;
  delete(key: K): void;
  forEach(value: V, found: (excluded: Excluded) => void): void;
}

/** The slots one reason excludes; counted by block once they are many. */
export interface Excluded {
  readonly slots: Set<number>;
  counts: Map<number, number> | undefined;
}

const BLOCK_BITS = 5;
const BLOCK_SIZE = 1 << BLOCK_BITS;
/** Room for 2^25 entries. */
const LEVELS = 5;
/** Up to this many slots are looked at one by one. */
const UNCOUNTED_MAX = 32;

interface Filed<T, K> {
  readonly slot: number;
  readonly entry: T;
  readonly reasons: readonly K[];
}

export class ExclusionIndex<V, K, T> {
  readonly #reasons: Reasons<V, K>;
  readonly #byId = new Map<string, Filed<T, K>>();
  readonly #slots: (T | undefined)[] = [];
  readonly #free: number[] = [];
  /** How many entries are in each block. */
  readonly #counts = new Map<number, number>();

  constructor(reasons: Reasons<V, K>) {
    this.#reasons = reasons;
  }

  get isEmpty(): boolean {
    return this.#byId.size === 0;
  }

  get(id: string): T | undefined {
    return this.#byId.get(id)?.entry;
  }

  /** Files an entry under an id; it is found for values that have none of the reasons. */
  set(id: string, reasons: readonly K[], entry: T): void {
    this.delete(id);
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = entry;
    this.#byId.set(id, { slot, entry, reasons });
    count(this.#counts, slot, 1);
    for (const reason of reasons) {
      let excluded = this.#reasons.get(reason);
      if (excluded === undefined) {
        excluded = { slots: new Set(), counts: undefined };
        this.#reasons.set(reason, excluded);
      }
      exclude(excluded, slot);
    }
  }

  delete(id: string): void {
    const filed = this.#byId.get(id);
    if (filed === undefined) {
      return;
    }
    const { slot, reasons } = filed;
    this.#byId.delete(id);
    this.#slots[slot] = undefined;
    this.#free.push(slot);
    count(this.#counts, slot, -1);
    for (const reason of reasons) {
      const excluded = this.#reasons.get(reason);
      if (excluded?.slots.delete(slot) && excluded.counts !== undefined) {
        count(excluded.counts, slot, -1);
      }
      if (excluded?.slots.size === 0) {
        this.#reasons.delete(reason);
      }
    }
  }

  forEach(value: V, found: (entry: T) => void): void {
    const few = new Set<number>();
    const many: Excluded[] = [];
    this.#reasons.forEach(value, (excluded) => {
      if (excluded.counts === undefined) {
        for (const slot of excluded.slots) {
          few.add(slot);
        }
      } else {
        many.push(excluded);
      }
    });
    this.#visit(LEVELS, 0, { few, many, found });
  }

  #visit(level: number, block: number, search: Search<T>): void {
    const { few, many, found } = search;
    if (level === 0) {
      const entry = this.#slots[block];
      if (entry !== undefined && !few.has(block) && !many.some(({ slots }) => slots.has(block))) {
        found(entry);
      }
      return;
    }
    const at = blockId(level, block);
    let left = this.#counts.get(at) ?? 0;
    for (const { counts } of many) {
      left -= counts?.get(at) ?? 0;
    }
    if (left > 0) {
      for (let child = 0; child < BLOCK_SIZE; child += 1) {
        this.#visit(level - 1, block * BLOCK_SIZE + child, search);
      }
    }
  }
}

interface Search<T> {
  readonly few: ReadonlySet<number>;
  readonly many: readonly Excluded[];
  readonly found: (entry: T) => void;
}

function exclude(excluded: Excluded, slot: number): void {
  excluded.slots.add(slot);
  if (excluded.counts !== undefined) {
    count(excluded.counts, slot, 1);
  } else if (excluded.slots.size > UNCOUNTED_MAX) {
    excluded.counts = new Map();
    for (const each of excluded.slots) {
      count(excluded.counts, each, 1);
    }
  }
}

function count(counts: Map<number, number>, slot: number, change: 1 | -1): void {
  for (let level = 1; level <= LEVELS; level += 1) {
    const at = blockId(level, slot >>> (BLOCK_BITS * level));
    const after = (counts.get(at) ?? 0) + change;
    if (after === 0) {
      counts.delete(at);
    } else {
      counts.set(at, after);
    }
  }
}

function blockId(level: number, block: number): number {
  return block * (LEVELS + 1) + level;
}
