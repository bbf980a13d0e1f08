/**
 * What the engine's services count, on its way into the store.
 *
 * Samples add up in memory, by what they are about and by minute, and are stored every few seconds:
 * a sample costs about a microsecond. What a crash loses is the samples of that time.
 *
 * Invariants:
 * M1  A sample is stored once, in the bucket of its own time.
 * M2  What is held is bounded. What comes in excess is lost, and the log says how much.
 * M3  While nothing is held, nothing waits: an idle engine sleeps.
 */
import type { MetricSample, MetricValue, ReceiveMetrics } from "../../../outbox/metrics.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log.ts";
import type { Store, WriteTx } from "../../../store/store.ts";
import { DATUM_AGE_MS_MAX, DATUM_FUTURE_MS_MAX } from "../limits.ts";
import { type Bucket, bucketOf, merged } from "./bucket.ts";
import { addData } from "./data.ts";
import { keepGauging } from "./gauge.ts";
import { sortedDimensions } from "./metric.ts";
import { MINUTES, SECONDS, startOf, type Tier } from "./retention.ts";

/** How long a sample waits at most. */
const FLUSH_MS = 5_000;
/** Things with samples that are held: one is one set of dimensions in one minute. */
const SLOTS_MAX = 50_000;
/** As many make a flush begin early. */
const SLOTS_FLUSHED = 5_000;
const SLOTS_PER_TRANSACTION = 100;
/** Different values of a slot; above that they are rounded. */
const DISTINCT_MAX = 512;
const ROUNDED_DIGITS = 3;

export interface MetricIntake {
  readonly receive: ReceiveMetrics;
  /** Resolves once everything received so far is stored. */
  flush(): Promise<void>;
  /** No more flushes by time; `flush` still works. */
  stop(): void;
}

interface Slot {
  readonly sample: MetricSample;
  readonly tier: Tier;
  readonly sums: Map<string, Sum>;
}

interface Sum {
  readonly unit: string;
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  readonly distribution: Map<number, number>;
}

export function createMetricIntake(ports: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}): MetricIntake {
  const intake = new Intake(ports);
  return {
    receive: (sample) => intake.receive(sample),
    flush: () => intake.flush(),
    stop: () => intake.stop(),
  };
}

class Intake {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  #slots = new Map<string, Slot>();
  #lostCount = 0;
  #isWaiting = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(ports: { readonly store: Store; readonly clock: Clock; readonly log: Log }) {
    this.#store = ports.store;
    this.#clock = ports.clock;
    this.#log = ports.log;
  }

  receive(sample: MetricSample): void {
    const tier = sample.resolution === 1 ? SECONDS : MINUTES;
    const startMs = startOf(tier, sample.atMs);
    const { namespace, region, accountId, label } = sample;
    const key = `${label}\0${startMs}\0${namespace}\0${region}\0${accountId}\0${tier.resolution}`;
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      if (this.#slots.size >= SLOTS_MAX) {
        this.#lostCount += 1;
        return;
      }
      slot = { sample, tier, sums: new Map() };
      this.#slots.set(key, slot);
      this.#wake();
    }
    for (const value of sample.values) {
      add(slot.sums, value);
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  #wake(): void {
    if (this.#slots.size === SLOTS_FLUSHED) {
      void this.flush();
    }
    if (this.#isWaiting || this.#stopping.signal.aborted) {
      return;
    }
    this.#isWaiting = true;
    const dueMs = this.#clock.nowMs() + FLUSH_MS;
    void this.#clock.sleepUntil(dueMs, this.#stopping.signal).then(() => {
      this.#isWaiting = false;
      return this.flush();
    });
  }

  async #write(): Promise<void> {
    const slots = [...this.#slots.values()];
    this.#slots = new Map();
    this.#tellLost();
    for (let from = 0; from < slots.length; from += SLOTS_PER_TRANSACTION) {
      const slice = slots.slice(from, from + SLOTS_PER_TRANSACTION);
      try {
        await this.#store.write((tx) => storeSlice(tx, slice));
      } catch (error) {
        this.#log.write("error", "Metrics are lost: the store refused them.", {
          error: error instanceof Error ? error.message : String(error),
        });
      }
    }
  }

  #tellLost(): void {
    if (this.#lostCount > 0) {
      this.#log.write(
        "warn",
        `${this.#lostCount} samples of metrics are lost: too many came at once.`,
      );
      this.#lostCount = 0;
    }
  }
}

function add(sums: Map<string, Sum>, [name, unit, value]: MetricValue): void {
  const sum = sums.get(name);
  if (sum === undefined) {
    const distribution = new Map([[value, 1]]);
    sums.set(name, { unit, count: 1, sum: value, minimum: value, maximum: value, distribution });
    return;
  }
  sum.count += 1;
  sum.sum += value;
  sum.minimum = value < sum.minimum ? value : sum.minimum;
  sum.maximum = value > sum.maximum ? value : sum.maximum;
  const isExact = sum.distribution.size < DISTINCT_MAX || sum.distribution.has(value);
  const place = isExact ? value : Number(value.toPrecision(ROUNDED_DIGITS));
  sum.distribution.set(place, (sum.distribution.get(place) ?? 0) + 1);
}

function storeSlice(tx: WriteTx, slots: readonly Slot[]): void {
  for (const { sample, tier, sums } of slots) {
    const { namespace, atMs } = sample;
    // Times that come from log events may be anything.
    if (atMs < tx.nowMs - DATUM_AGE_MS_MAX || atMs > tx.nowMs + DATUM_FUTURE_MS_MAX) {
      continue;
    }
    for (const dimensions of sample.dimensions.map(sortedDimensions)) {
      for (const [name, sum] of sums) {
        const metric = { namespace, name, dimensions };
        addData(tx, sample, { metric, unit: sum.unit, tier, atMs, bucket: bucketIn(sum) });
      }
    }
    if (sample.isGauged === true) {
      keepGauging(tx, sample, { namespace, label: sample.label });
    }
  }
}

function bucketIn(sum: Sum): Bucket {
  if (sum.count === 1) {
    return bucketOf(sum.sum);
  }
  const distribution = sum.minimum < 0 ? null : [...sum.distribution].flat();
  // Merged with nothing it is no longer than a bucket may be.
  return merged(
    [0, 0, sum.minimum, sum.maximum, []],
    [sum.count, sum.sum, sum.minimum, sum.maximum, distribution],
  );
}
