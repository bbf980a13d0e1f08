/**
 * Those who wait for messages: one line a queue, first come first served.
 *
 * A message that becomes visible wakes the first of the line, nobody else; who takes messages and
 * leaves some passes the word on. A line has one subscription to its queue's signal and one sleep
 * until the next hidden message becomes visible, however many wait in it.
 *
 * Invariant: a wake-up is never lost. One that finds everybody awake is kept for the next who
 * would go to sleep.
 */
import type { Clock } from "../../platform/clock.ts";
import type { Signals } from "../../store/signals.ts";
import { queueTopic } from "./keys.ts";

export interface WaitOptions {
  readonly deadlineMs: number;
  readonly nextVisibleMs: number;
  readonly abort: AbortSignal;
}

/** How one receive came out, as far as the others in line are concerned. */
export interface Progress {
  readonly isMore: boolean;
  readonly nextVisibleMs: number;
}

export class WaitingLines {
  readonly #clock: Clock;
  readonly #signals: Signals;
  readonly #lines = new Map<string, Line>();

  constructor(ports: { readonly clock: Clock; readonly store: { readonly signals: Signals } }) {
    this.#clock = ports.clock;
    this.#signals = ports.store.signals;
  }

  /** From here on nothing that happens to the queue is missed. Each `join` needs its `leave`. */
  join(queueId: string): Line {
    const known = this.#lines.get(queueId);
    if (known !== undefined) {
      known.memberCount += 1;
      return known;
    }
    const line = new Line(this.#clock, (wake) =>
      this.#signals.subscribe(queueTopic(queueId), wake),
    );
    this.#lines.set(queueId, line);
    return line;
  }

  leave(queueId: string, line: Line): void {
    line.memberCount -= 1;
    if (line.memberCount === 0) {
      line.close();
      this.#lines.delete(queueId);
    }
  }

  /** Tells those in line what a receive has left for them. */
  report(queueId: string, progress: Progress): void {
    this.#lines.get(queueId)?.report(progress);
  }
}

/** A reason of our own: without one each abort would make an exception with a stack. */
const WOKEN = "woken";

class Line {
  memberCount = 1;
  readonly #clock: Clock;
  readonly #unsubscribe: () => void;
  /** In the order of their coming; each call wakes one. */
  readonly #sleepers = new Set<() => void>();
  #isWakeUpKept = false;
  #alarm: { readonly dueMs: number; readonly abort: AbortController } | undefined;

  constructor(clock: Clock, subscribe: (wake: () => void) => () => void) {
    this.#clock = clock;
    this.#unsubscribe = subscribe(() => this.#wakeFirst());
  }

  /** Resolves when it is this one's turn to try, at the deadline, or when `abort` fires. */
  async sleep(options: WaitOptions): Promise<void> {
    if (this.#isWakeUpKept) {
      this.#isWakeUpKept = false;
      return;
    }
    if (options.abort.aborted) {
      return;
    }
    const woken = new AbortController();
    const wake = (): void => {
      this.#sleepers.delete(wake);
      woken.abort(WOKEN);
    };
    this.#sleepers.add(wake);
    options.abort.addEventListener("abort", wake, { once: true });
    this.#setAlarm(options.nextVisibleMs);
    await this.#clock.sleepUntil(options.deadlineMs, woken.signal);
    options.abort.removeEventListener("abort", wake);
    this.#sleepers.delete(wake);
  }

  report(progress: Progress): void {
    if (progress.isMore) {
      this.#wakeFirst();
    } else {
      this.#setAlarm(progress.nextVisibleMs);
    }
  }

  close(): void {
    this.#unsubscribe();
    this.#alarm?.abort.abort(WOKEN);
  }

  #wakeFirst(): void {
    const [first] = this.#sleepers;
    if (first === undefined) {
      this.#isWakeUpKept = true;
    } else {
      first();
    }
  }

  #setAlarm(dueMs: number): void {
    if (!Number.isFinite(dueMs) || (this.#alarm !== undefined && this.#alarm.dueMs <= dueMs)) {
      return;
    }
    this.#alarm?.abort.abort(WOKEN);
    const alarm = { dueMs, abort: new AbortController() };
    this.#alarm = alarm;
    void this.#clock.sleepUntil(dueMs, alarm.abort.signal).then(() => {
      if (!alarm.abort.signal.aborted) {
        this.#alarm = undefined;
        this.#wakeFirst();
      }
    });
  }
}

export type { Line };
