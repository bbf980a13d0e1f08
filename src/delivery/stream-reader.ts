/**
 * Reads the records of one lane of a shard ahead of their batches: those that are for the function,
 * in order, and how far it has read.
 */
import type { PolledMapping } from "../outbox/event-source.ts";
import type { StreamPosition, StreamReading } from "../outbox/stream-position.ts";
import { AwsError } from "../wire/aws-error.ts";
import { isBehind, type StreamBatch } from "./stream-batch.ts";
import type { EventFilter } from "./stream-filter.ts";
import type { ShardReads, SourceRecord } from "./stream-source.ts";

export interface ReaderOptions {
  readonly source: ShardReads;
  readonly shardId: string;
  readonly mapping: PolledMapping;
  readonly filter: EventFilter | undefined;
  /** Whether a record's key belongs to this lane. */
  readonly isOwn: (partition: string) => boolean;
}

/** Of an event: what a synchronous invocation takes, with room for what stands around the records. */
export const EVENT_BYTES_MAX: number = 6 * 1024 * 1024 - 4_096;
const LOST_PLACE: ReadonlySet<string> = new Set([
  "ExpiredIteratorException",
  "TrimmedDataAccessException",
]);

export class StreamReader {
  readonly #options: ReaderOptions;
  #iterator: string | undefined;
  #records: SourceRecord[] = [];
  #bytes = 0;
  /** The last sequence number that was read, wanted or not. */
  #readThrough: string | undefined;
  #isClosed = false;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** There is nothing left in a shard that gets no more. */
  get isAtEnd(): boolean {
    return this.#isClosed && this.#records.length === 0;
  }

  /** The last sequence number it has read, when nothing of what it read waits for a batch. */
  get skippedThrough(): string | undefined {
    return this.#records.length === 0 ? this.#readThrough : undefined;
  }

  get first(): SourceRecord | undefined {
    return this.#records[0];
  }

  isFull(): boolean {
    const { batchSize } = this.#options.mapping;
    return this.#isClosed || this.#records.length >= batchSize || this.#bytes >= EVENT_BYTES_MAX;
  }

  /** Reads a page; says whether there may be more at once. */
  async read(position: StreamPosition, reading: StreamReading): Promise<boolean> {
    const { source, shardId, mapping } = this.#options;
    if (this.#isClosed) {
      return false;
    }
    const from = this.#readThrough ?? position.after;
    try {
      this.#iterator ??= await source.iterator(shardId, from, reading);
      const page = await source.records(this.#iterator, mapping.batchSize, reading);
      this.#iterator = page.next;
      this.#isClosed = page.next === undefined;
      this.#keep(page.records);
      return !page.isAtTip && !this.#isClosed;
    } catch (error) {
      this.#iterator = undefined;
      if (error instanceof AwsError && LOST_PLACE.has(error.code)) {
        return true;
      }
      throw error;
    }
  }

  #keep(records: readonly SourceRecord[]): void {
    const { filter, isOwn } = this.#options;
    for (const record of records) {
      this.#readThrough = record.sequenceNumber;
      if (isOwn(record.partition) && (filter === undefined || filter(record.filtered))) {
        this.#records.push(record);
        this.#bytes += Buffer.byteLength(record.json) + 1;
      }
    }
  }

  /** The next batch: up to where one that is tried again ends, and inside one window. */
  take(position: StreamPosition, windowMs: number): StreamBatch | undefined {
    const [end] = position.ends;
    const first = this.#records[0];
    if (first === undefined) {
      return undefined;
    }
    let [count, bytes] = [0, Buffer.byteLength(position.window?.state ?? "")];
    for (const record of this.#records) {
      bytes += Buffer.byteLength(record.json) + 1;
      const isCut =
        count === this.#options.mapping.batchSize ||
        (count > 0 && bytes > EVENT_BYTES_MAX) ||
        (end !== undefined && isBehind(record.sequenceNumber, end)) ||
        (windowMs > 0 && windowOf(record, windowMs) !== windowOf(first, windowMs));
      if (isCut) {
        break;
      }
      count += 1;
    }
    if (end !== undefined && count === 0) {
      // All that was to be tried again is gone.
      return { records: [], through: end };
    }
    const records = this.#records.slice(0, count);
    const isAll = count === this.#records.length;
    const last = (isAll ? this.#readThrough : records.at(-1)?.sequenceNumber) ?? "";
    return { records, through: end !== undefined && isBehind(last, end) ? end : last };
  }

  /** Lets go of what is done with. */
  release(through: string): void {
    this.#records = this.#records.filter(({ sequenceNumber }) => isBehind(sequenceNumber, through));
    this.#bytes = this.#records.reduce((sum, { json }) => sum + Buffer.byteLength(json) + 1, 0);
  }
}

/** Windows are as long as each other and begin with the epoch. */
export function windowOf({ arrivedMs }: SourceRecord, windowMs: number): number {
  return Math.floor(arrivedMs / windowMs) * windowMs;
}
