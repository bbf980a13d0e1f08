/**
 * How many messages a queue holds: counted when somebody asks, so that no send or receive pays for
 * it. A long queue is counted in slices, others getting their turn in between, and its result
 * stands for a while: AWS too calls these numbers approximate, and late by up to a minute.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
 */
import { setImmediate } from "node:timers/promises";
import type { Key } from "../../base/ordered-key.ts";
import type { Store } from "../../store/store.ts";
import { pileOf, rowKey } from "./keys.ts";
import { COUNT_ROWS_PER_SLICE } from "./limits.ts";
import { type CountedRow, messageStoreOf } from "./message-store.ts";
import { isExpired, type Queue } from "./queue.ts";

export interface MessageCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** A count of n rows stands for n / COUNTED_ROWS_PER_MS; shorter queues are counted anew. */
const COUNTED_ROWS_PER_MS = 50;
const REMEMBERED_QUEUES_MAX = 1000;

export interface CounterOptions {
  /** Up to this many messages are counted anew each time. */
  readonly freshRowsMax: number;
  /** How many are counted before others get their turn. */
  readonly rowsPerSlice: number;
}

const DEFAULT_OPTIONS: CounterOptions = {
  freshRowsMax: 50_000,
  rowsPerSlice: COUNT_ROWS_PER_SLICE,
};

interface Remembered {
  readonly counts: MessageCounts;
  readonly generation: number;
  readonly untilMs: number;
}

export class MessageCounter {
  readonly #store: Store;
  readonly #options: CounterOptions;
  readonly #remembered = new Map<string, Remembered>();

  constructor(store: Store, options: CounterOptions = DEFAULT_OPTIONS) {
    this.#store = store;
    this.#options = options;
  }

  async count(queue: Queue, nowMs: number): Promise<MessageCounts> {
    const known = this.#remembered.get(queue.id);
    if (known !== undefined && known.generation === queue.generation && nowMs < known.untilMs) {
      return known.counts;
    }
    const counts = await this.#countRows(queue, nowMs);
    this.#remembered.delete(queue.id);
    const rowCount = counts.visible + counts.inFlight + counts.delayed;
    if (rowCount > this.#options.freshRowsMax) {
      const [oldest] = this.#remembered.keys();
      if (oldest !== undefined && this.#remembered.size >= REMEMBERED_QUEUES_MAX) {
        this.#remembered.delete(oldest);
      }
      const untilMs = nowMs + rowCount / COUNTED_ROWS_PER_MS;
      this.#remembered.set(queue.id, { counts, generation: queue.generation, untilMs });
    }
    return counts;
  }

  /** Messages of a standard queue in flight, at most about `limit`; visible ones are passed over. */
  async countInFlight(queue: Queue, nowMs: number, limit: number): Promise<number> {
    let count = 0;
    const start = rowKey({ ...pileOf(queue), visibleAtMs: nowMs, messageKey: "" });
    for await (const rows of this.#slices(queue, start)) {
      for (const { visibleAtMs, isReceived } of rows) {
        count += isReceived && visibleAtMs > nowMs ? 1 : 0;
      }
      if (count >= limit) {
        break;
      }
    }
    return count;
  }

  async #countRows(queue: Queue, nowMs: number): Promise<MessageCounts> {
    let [visible, inFlight, delayed] = [0, 0, 0];
    for await (const rows of this.#slices(queue)) {
      for (const { visibleAtMs, sentMs, isReceived } of rows) {
        if (isExpired(queue, sentMs, nowMs)) {
          continue;
        }
        if (visibleAtMs <= nowMs) {
          visible += 1;
        } else if (isReceived) {
          inFlight += 1;
        } else {
          delayed += 1;
        }
      }
    }
    return { visible, inFlight, delayed };
  }

  async *#slices(queue: Queue, start?: Key): AsyncGenerator<readonly CountedRow[]> {
    const messages = messageStoreOf(queue);
    const pile = pileOf(queue);
    let after = start;
    for (;;) {
      const range = { after, limit: this.#options.rowsPerSlice };
      const rows = await this.#store.read((tx) => [...messages.rows(tx, pile, range)]);
      yield rows;
      after = rows.at(-1)?.key;
      if (rows.length < this.#options.rowsPerSlice) {
        return;
      }
      await setImmediate();
    }
  }
}
