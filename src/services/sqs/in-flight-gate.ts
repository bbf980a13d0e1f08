/**
 * Holds the limit of messages in flight without a counter in the store: per queue an upper bound is
 * kept in memory, raised by receives and lowered by deletes, and messages are counted only when the
 * bound reaches the limit. Messages that become visible again make the bound too high, never too
 * low. AWS calls the limit approximate.
 */
import { IN_FLIGHT_MAX } from "./limits.ts";
import type { MessageCounter } from "./message-counts.ts";
import type { Queue } from "./queue.ts";

const QUEUES_MAX = 10_000;

export class InFlightGate {
  readonly #counter: MessageCounter;
  readonly #bounds = new Map<string, number>();
  readonly #inFlightMax: number;

  constructor(counter: MessageCounter, inFlightMax: number = IN_FLIGHT_MAX) {
    this.#counter = counter;
    this.#inFlightMax = inFlightMax;
  }

  /** Whether `queue` surely has room, as far as is known without counting. */
  isOpen(queueId: string): boolean {
    const bound = this.#bounds.get(queueId);
    return bound !== undefined && bound < this.#inFlightMax;
  }

  /** Counts what is in flight; true when there is room. */
  async recount(queue: Queue, nowMs: number): Promise<boolean> {
    const count = await this.#counter.countInFlight(queue, nowMs, this.#inFlightMax);
    const [oldest] = this.#bounds.keys();
    if (oldest !== undefined && this.#bounds.size >= QUEUES_MAX) {
      this.#bounds.delete(oldest);
    }
    this.#bounds.set(queue.id, count);
    return count < this.#inFlightMax;
  }

  add(queueId: string, count: number): void {
    const bound = this.#bounds.get(queueId);
    if (bound !== undefined) {
      this.#bounds.set(queueId, Math.max(0, bound + count));
    }
  }
}
