/**
 * What shards take and give in a second, enforced: 1,000 records and 1 MiB in, 2 MiB in 5 reads out.
 * Off unless it is switched on, so that only tests of retries meet it.
 *
 * Invariants: those of the attempts. What a transaction body took is given back when it runs again
 * or throws. Levels are in memory: a restart begins with full ones.
 * Source: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
 */

const MIB: number = 1024 * 1024;

/** By kind: how much there is in a second, and at once. */
const RATES: Readonly<Record<MeteredKind, number>> = {
  records: 1_000,
  writeBytes: MIB,
  readBytes: 2 * MIB,
  reads: 5,
};

export type MeteredKind = "records" | "writeBytes" | "readBytes" | "reads";
export type Metered = Partial<Record<MeteredKind, number>>;

/** Levels kept; beyond it, all begin anew. */
const LEVELS_MAX = 100_000;

interface Level {
  amount: number;
  atMs: number;
}

export interface MeteredShard {
  readonly stream: number;
  readonly shard: number;
  readonly nowMs: number;
}

export class ShardMeter {
  isEnforced = false;
  readonly #levels = new Map<string, Level>();

  attempt(): Attempt {
    return new Attempt(this.isEnforced ? this : undefined);
  }

  level({ stream, shard, nowMs }: MeteredShard, kind: MeteredKind): Level {
    const key = `${stream}/${shard}/${kind}`;
    const known = this.#levels.get(key);
    const level = known ?? { amount: RATES[kind], atMs: nowMs };
    if (known === undefined) {
      if (this.#levels.size >= LEVELS_MAX) {
        this.#levels.clear();
      }
      this.#levels.set(key, level);
    }
    const seconds = Math.max(0, nowMs - level.atMs) / 1000;
    level.amount = Math.min(RATES[kind], level.amount + seconds * RATES[kind]);
    level.atMs = Math.max(level.atMs, nowMs);
    return level;
  }
}

/** What one transaction takes. */
export class Attempt {
  readonly #meter: ShardMeter | undefined;
  readonly #taken: { readonly level: Level; readonly amount: number }[] = [];

  constructor(meter: ShardMeter | undefined) {
    this.#meter = meter;
  }

  /** To be called where the body begins. */
  begin(): void {
    for (const { level, amount } of this.#taken.splice(0)) {
      level.amount += amount;
    }
  }

  /**
   * Whether a shard has as much left; if so, it is taken. A record larger than what there is in a
   * second finds room in a full shard, which then owes the rest.
   */
  take(shard: MeteredShard, amounts: Metered): boolean {
    const meter = this.#meter;
    if (meter === undefined) {
      return true;
    }
    const wanted = Object.entries(amounts).map(([kind, amount]) => ({
      level: meter.level(shard, kind as MeteredKind),
      amount,
      need: Math.min(amount, RATES[kind as MeteredKind]),
    }));
    if (wanted.some(({ level, need }) => level.amount < need)) {
      return false;
    }
    for (const { level, amount } of wanted) {
      level.amount -= amount;
      this.#taken.push({ level, amount });
    }
    return true;
  }
}
