/**
 * What was seen of the records of a stream by those who write them and by the function that reads
 * them, and whether it is as promised. Each rule has a name, which its violations start with;
 * `STREAM_CANARIES` are worlds that break one each.
 *
 * | rule       | promise                                                                          |
 * |------------|----------------------------------------------------------------------------------|
 * | lost       | what was acknowledged is done with in the end, or told to the on-failure queue   |
 * | invented   | what the function gets was written, as it was written                            |
 * | filtered   | what the filter leaves out does not get to the function                          |
 * | order      | the records of a key are done with in the order of their writing, across shards  |
 * | concurrent | records of one key are in one invocation at a time                               |
 * | again      | what is done with comes again only after a death, or when the lanes change       |
 * | retries    | a batch is given up after exactly as many attempts as the mapping grants         |
 * | window     | the last state of a window has each of its records, once                         |
 *
 * A record is done with when the function returned without naming it. Deaths take the outcome of
 * invocations with them: after one, what was done with may come again.
 */
export const STREAM_CANARIES = [
  "lost",
  "invented",
  "filtered",
  "order",
  "concurrent",
  "again",
  "retries",
  "window",
] as const;

export type StreamRule = (typeof STREAM_CANARIES)[number];

export interface WrittenRecord {
  readonly id: number;
  readonly key: string;
  /** The filter of the mapping leaves it out. */
  readonly isFiltered: boolean;
}

export interface SeenRecord extends WrittenRecord {
  readonly sequenceNumber: string;
}

interface History extends WrittenRecord {
  isAcknowledged: boolean;
  isTold: boolean;
  failures: number;
  /** In which epoch it was done with last. */
  doneIn: number | undefined;
}

export interface LedgerOptions {
  /** Attempts of a batch; `undefined`: no end of them. */
  readonly attemptsMax: number | undefined;
  readonly hasWindows: boolean;
}

export class StreamLedger {
  readonly violations: string[] = [];
  readonly #options: LedgerOptions;
  readonly #histories = new Map<number, History>();
  /** By key, the ids in the order in which each was done with first. */
  readonly #order = new Map<string, number[]>();
  readonly #busy = new Map<string, number>();
  /** By the bounds and the size of what failed: the ids, and how often. */
  readonly #failed = new Map<string, { readonly ids: readonly number[]; count: number }>();
  /** By shard and start: the ids in the last state that was seen. */
  readonly #windows = new Map<string, readonly number[]>();
  #epoch = 0;
  #deaths = 0;
  #changes = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  get recordCount(): number {
    return this.#histories.size;
  }

  written(record: WrittenRecord): void {
    this.#histories.set(record.id, {
      ...record,
      isAcknowledged: false,
      isTold: false,
      failures: 0,
      doneIn: undefined,
    });
  }

  acknowledged(id: number): void {
    const history = this.#histories.get(id);
    if (history !== undefined) {
      history.isAcknowledged = true;
    }
  }

  died(): void {
    this.#epoch += 1;
    this.#deaths += 1;
    this.#busy.clear();
  }

  /** Batches may be cut otherwise; with other lanes keys begin where the slowest lane was. */
  changed(change: { readonly ofLanes: boolean }): void {
    this.#changes += 1;
    if (change.ofLanes) {
      this.#epoch += 1;
    }
  }

  /** Ends with a call of what it returns, unless the engine dies before: with what is done. */
  invoked(records: readonly SeenRecord[]): (done: readonly SeenRecord[]) => void {
    const epoch = this.#epoch;
    const keys = new Set(records.map(({ key }) => key));
    for (const key of keys) {
      this.#check("concurrent", !this.#busy.has(key), `${key} is with the function twice`);
      this.#busy.set(key, (this.#busy.get(key) ?? 0) + 1);
    }
    for (const { id, key, isFiltered } of records) {
      const history = this.#histories.get(id);
      const isAsWritten = history?.key === key && history.isFiltered === isFiltered;
      this.#check("invented", isAsWritten, `${id} of ${key} was never written`);
      this.#check("filtered", !isFiltered, `${id} is not for the function`);
      this.#check("again", history?.doneIn !== this.#epoch, `${id} was done with`);
    }
    return (done) => {
      for (const key of keys) {
        this.#busy.delete(key);
      }
      this.#done(done, epoch);
    };
  }

  #done(records: readonly SeenRecord[], epoch: number): void {
    for (const { id, key } of records) {
      const history = this.#histories.get(id);
      if (history !== undefined) {
        if (history.doneIn === undefined) {
          this.#order.set(key, [...(this.#order.get(key) ?? []), id]);
        }
        history.doneIn = epoch;
      }
    }
  }

  failed(records: readonly SeenRecord[]): void {
    const [first, last] = [records[0]?.sequenceNumber, records.at(-1)?.sequenceNumber];
    const batch = batchOf(first, last, records.length);
    const known = this.#failed.get(batch) ?? { ids: records.map(({ id }) => id), count: 0 };
    known.count += 1;
    this.#failed.set(batch, known);
    for (const { id } of records) {
      const history = this.#histories.get(id);
      if (history !== undefined) {
        history.failures += 1;
      }
    }
  }

  /** What the on-failure queue was told of a batch. */
  told(first: string, last: string, batchSize: number): void {
    const { attemptsMax = Infinity } = this.#options;
    const batch = this.#failed.get(batchOf(first, last, batchSize));
    const what = `the batch of ${batchSize} from ${first} to ${last}`;
    this.#check("invented", batch !== undefined, `${what} never failed`);
    const count = batch?.count ?? 0;
    const failures: number[] = [];
    for (const id of batch?.ids ?? []) {
      const history = this.#histories.get(id);
      if (history !== undefined) {
        history.isTold = true;
        failures.push(history.failures);
      }
    }
    // With another batch size, attempts at a part of a batch count as attempts at the batch.
    const isEnough =
      count >= attemptsMax || (this.#changes > 0 && Math.max(...failures) >= attemptsMax);
    // Where the function said that it failed, a batch that was split off has failed once before.
    const isExact = isEnough && count <= attemptsMax + 1 + this.#deaths;
    this.#check("retries", isExact, `${what} failed ${count} times`);
  }

  /** The state of a window at its last invocation. */
  closed(window: string, ids: readonly number[]): void {
    const isUnique = new Set(ids).size === ids.length;
    this.#check("window", isUnique, `${window} has ${ids.join(" ")}`);
    this.#windows.set(window, ids);
  }

  /** Records that nobody is done with yet. */
  get awaited(): readonly number[] {
    return [...this.#histories.values()]
      .filter(({ isAcknowledged, isFiltered }) => isAcknowledged && !isFiltered)
      .filter(({ doneIn, isTold }) => doneIn === undefined && !isTold)
      .map(({ id }) => id);
  }

  /** Everything that was to happen has happened. */
  settled(): void {
    for (const id of this.awaited) {
      this.#check("lost", false, `${id} was acknowledged`);
    }
    for (const [key, ids] of this.#order) {
      const kept = ids.filter((id) => this.#histories.get(id)?.isTold !== true);
      const isInOrder = kept.every((id, at) => at === 0 || id > (kept[at - 1] ?? 0));
      this.#check("order", isInOrder, `${key} was done with as ${kept.join(" ")}`);
    }
    if (this.#options.hasWindows) {
      this.#settleWindows();
    }
  }

  #settleWindows(): void {
    const counts = new Map<number, number>();
    for (const id of [...this.#windows.values()].flat()) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    for (const { id, doneIn, isTold } of this.#histories.values()) {
      const count = counts.get(id) ?? 0;
      const isRight = isTold || doneIn === undefined ? count <= 1 : count === 1;
      this.#check("window", isRight, `${id} is in ${count} windows`);
    }
  }

  #check(rule: StreamRule, holds: boolean, what: string): void {
    if (!holds) {
      this.violations.push(`${rule}: ${what}`);
    }
  }
}

/** With other lanes, batches of other keys, and so of other sizes, may have the same bounds. */
function batchOf(first: string | undefined, last: string | undefined, size: number): string {
  return `${first} ${last} ${size}`;
}
