/**
 * How many messages a queue holds, by state. A short queue is counted row by row. Of a long one the
 * total is known (`message-total.ts`) and only what is hidden is counted, so that no question scans
 * a backlog; where much is hidden, the result stands for a while. AWS too calls these numbers
 * approximate, and late by up to a minute. Both go in slices, others getting their turn in between.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
 */
import { setImmediate } from "node:timers/promises";
import type { Key } from "../../base/ordered-key.ts";
import type { Store } from "../../store/store.ts";
import { pileOf } from "./keys.ts";
import { COUNT_ROWS_PER_SLICE } from "./limits.ts";
import { type CountedRow, messageStoreOf } from "./message-store.ts";
import { totalOf } from "./message-total.ts";
import { isExpired, type Queue } from "./queue.ts";

export interface MessageCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** A count of many rows stands for as many ms as there were rows, divided by this. */
const COUNTED_ROWS_PER_MS = 50;
const REMEMBERED_QUEUES_MAX = 1000;

export interface CounterOptions {
  /** Queues of up to this many messages are counted row by row. */
  readonly exactRowsMax: number;
  /** A count that looks at up to this many rows is taken anew each time. */
  readonly freshRowsMax: number;
  /** How many are counted before others get their turn. */
  readonly rowsPerSlice: number;
}

const DEFAULT_OPTIONS: CounterOptions = {
  exactRowsMax: 5_000,
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
    const { counts, rowCount } = await this.#count(queue, nowMs);
    this.#remembered.delete(queue.id);
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

  /** Messages in flight, at most about `limit`; visible ones are passed over. */
  async countInFlight(queue: Queue, nowMs: number, limit: number): Promise<number> {
    let count = 0;
    for await (const rows of this.#slices(queue, "hiddenRows")) {
      for (const { visibleAtMs, isReceived } of rows) {
        count += isReceived && visibleAtMs > nowMs ? 1 : 0;
      }
      if (count >= limit) {
        break;
      }
    }
    return count;
  }

  async #count(queue: Queue, nowMs: number): Promise<Counted> {
    const total = await this.#store.read((tx) => totalOf(tx, pileOf(queue)));
    // In a FIFO queue with a delay, messages behind the first of a group can be delayed unseen.
    const isFullScan = queue.settings.fifo !== undefined && queue.settings.delaySeconds > 0;
    if (total <= this.#options.exactRowsMax || isFullScan) {
      return this.#countRows(queue, nowMs, "rows");
    }
    const { counts, rowCount } = await this.#countRows(queue, nowMs, "hiddenRows");
    const visible = Math.max(0, total - counts.inFlight - counts.delayed);
    return { counts: { ...counts, visible }, rowCount };
  }

  async #countRows(queue: Queue, nowMs: number, which: RowSource): Promise<Counted> {
    let [visible, inFlight, delayed, rowCount] = [0, 0, 0, 0];
    for await (const rows of this.#slices(queue, which)) {
      rowCount += rows.length;
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
    return { counts: { visible, inFlight, delayed }, rowCount };
  }

  async *#slices(queue: Queue, which: RowSource): AsyncGenerator<readonly CountedRow[]> {
    const messages = messageStoreOf(queue);
    let after: Key | undefined;
    do {
      const range = { after, limit: this.#options.rowsPerSlice };
      const { rows, next } = await this.#store.read((tx) => messages[which](tx, queue, range));
      yield rows;
      after = next;
      if (after !== undefined) {
        await setImmediate();
      }
    } while (after !== undefined);
  }
}

type RowSource = "rows" | "hiddenRows";

interface Counted {
  readonly counts: MessageCounts;
  readonly rowCount: number;
}
