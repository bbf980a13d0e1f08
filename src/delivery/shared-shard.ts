/**
 * One reading of a shard for all its lanes: what one has read is kept for the others, so that a shard
 * is read once, however many lanes it has. A lane that is further behind than what is kept reads for
 * itself until it has caught up.
 *
 * A lane's place, its iterator, is the sequence number of the last record it got.
 *
 * Invariant: what is kept are all records behind `#base`, up to where the next read goes on.
 */
import type { StreamReading } from "../outbox/stream-position.ts";
import { isBehind } from "./stream-batch.ts";
import type { ShardReads, SourcePage, SourceRecord } from "./stream-source.ts";

export interface KeptMax {
  readonly records: number;
  readonly bytes: number;
}

const KEPT_MAX: KeptMax = { records: 2_000, bytes: 2 * 1024 * 1024 };
/** The place where the reading starts, whatever that is. */
const START = "";

export class SharedShard implements ShardReads {
  readonly #source: ShardReads;
  readonly #shardId: string;
  readonly #max: KeptMax;
  /** `undefined` before the first read; START keeps everything. */
  #base: string | undefined;
  #kept: SourceRecord[] = [];
  #keptBytes = 0;
  /** The last record that was read. */
  #through: string = START;
  #iterator: string | undefined;
  #isAtTip = false;
  #isClosed = false;
  #underWay: Promise<void> | undefined;

  constructor(source: ShardReads, shardId: string, max: KeptMax = KEPT_MAX) {
    this.#source = source;
    this.#shardId = shardId;
    this.#max = max;
  }

  async iterator(_shardId: string, after: string | undefined): Promise<string> {
    return after ?? START;
  }

  async records(place: string, limit: number, reading: StreamReading): Promise<SourcePage> {
    if (this.#base === undefined) {
      [this.#base, this.#through] = [place, place];
    }
    if (isBefore(place, this.#base)) {
      return this.#apart(place, limit, reading);
    }
    const page = this.#pageBehind(place, limit);
    if (page !== undefined) {
      return page;
    }
    this.#underWay ??= this.#readOn(limit, reading).finally(() => {
      this.#underWay = undefined;
    });
    await this.#underWay;
    if (isBefore(place, this.#base)) {
      return this.#apart(place, limit, reading);
    }
    return this.#pageBehind(place, limit) ?? { records: [], next: place, isAtTip: this.#isAtTip };
  }

  /** `undefined` when nothing of what is kept is behind it, and more may come. */
  #pageBehind(place: string, limit: number): SourcePage | undefined {
    const from = this.#indexBehind(place);
    const records = this.#kept.slice(from, from + limit);
    const last = records.at(-1)?.sequenceNumber;
    const isLast = from + records.length === this.#kept.length;
    if (last === undefined && !(this.#isClosed && !isBefore(place, this.#through))) {
      return undefined;
    }
    const isEnd = isLast && this.#isClosed;
    return { records, next: isEnd ? undefined : (last ?? place), isAtTip: isLast && this.#isAtTip };
  }

  #indexBehind(place: string): number {
    let [low, high] = [0, this.#kept.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(place, this.#kept[middle]?.sequenceNumber ?? START)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  async #readOn(limit: number, reading: StreamReading): Promise<void> {
    try {
      const after = this.#through === START ? undefined : this.#through;
      this.#iterator ??= await this.#source.iterator(this.#shardId, after, reading);
      const page = await this.#source.records(this.#iterator, limit, reading);
      this.#iterator = page.next;
      this.#isClosed = page.next === undefined;
      this.#isAtTip = page.isAtTip;
      this.#keep(page.records);
    } catch (error) {
      this.#iterator = undefined;
      throw error;
    }
  }

  #keep(records: readonly SourceRecord[]): void {
    for (const record of records) {
      this.#kept.push(record);
      this.#keptBytes += record.json.length;
      this.#through = record.sequenceNumber;
    }
    let dropped = 0;
    const { records: recordsMax, bytes: bytesMax } = this.#max;
    while (this.#kept.length - dropped > recordsMax || this.#keptBytes > bytesMax) {
      this.#keptBytes -= this.#kept[dropped]?.json.length ?? 0;
      dropped += 1;
    }
    if (dropped > 0) {
      this.#base = this.#kept[dropped - 1]?.sequenceNumber ?? START;
      this.#kept = this.#kept.slice(dropped);
    }
  }

  /** Of a lane that has fallen behind. Pages may be empty before the time a reading starts at. */
  async #apart(place: string, limit: number, reading: StreamReading): Promise<SourcePage> {
    const after = place === START ? undefined : place;
    let next: string | undefined = await this.#source.iterator(this.#shardId, after, reading);
    for (;;) {
      const page: SourcePage = await this.#source.records(next, limit, reading);
      next = page.next;
      if (page.records.length > 0 || page.isAtTip || next === undefined) {
        const last = page.records.at(-1)?.sequenceNumber ?? place;
        return { ...page, next: next === undefined ? undefined : last };
      }
    }
  }
}

function isBefore(place: string, other: string): boolean {
  return other !== START && (place === START || isBehind(other, place));
}
