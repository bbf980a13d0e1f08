/**
 * One lane of one shard: reads, invokes, and moves its position.
 *
 * Invariants:
 * L1  The position moves in the transaction of what follows from the outcome (the on-failure
 *     record in a queue or topic), and only once the function is done with what is in front of it.
 *     An object for a bucket is written before: it may be there twice, never not at all.
 * L2  Batches of a lane follow each other, so records of one key are never with the function at
 *     once, nor out of order.
 * L3  Once the mapping is gone nothing is written any more.
 */
import type { Key } from "../base/ordered-key.ts";
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";
import type { PolledMapping, StreamRules } from "../outbox/event-source.ts";
import type { Sinks } from "../outbox/sink.ts";
import {
  laneKey,
  type StreamPosition,
  type StreamReading,
  streamPositions,
  streamReadings,
} from "../outbox/stream-position.ts";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Random } from "../platform/random.ts";
import type { Store } from "../store/store.ts";
import { AwsError } from "../wire/aws-error.ts";
import {
  afterOutcome,
  type BatchOutcome,
  doneThrough,
  expiredCount,
  type NextStep,
  START,
  type StreamBatch,
} from "./stream-batch.ts";
import { storeDiscarded, tellOfDiscarded } from "./stream-discard.ts";
import type { DiscardedBatch } from "./stream-failure-record.ts";
import { type Invoked, invokeWithBatch, type StreamConsumer } from "./stream-invocation.ts";
import type { StreamReader } from "./stream-reader.ts";
import type { StreamSource } from "./stream-source.ts";
import { afterWindowInvocation, openWindow, windowToClose, withState } from "./stream-window.ts";
import { createWakeUp, type WakeUp } from "./wake-up.ts";

export interface LanePorts {
  readonly store: Store;
  readonly dispatcher: Dispatcher;
  readonly sinks: Sinks;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** In the place of the mapping's function. */
  readonly consumer?: StreamConsumer;
}

export interface LaneOptions {
  readonly mapping: PolledMapping;
  readonly rules: StreamRules;
  readonly source: StreamSource;
  readonly shardId: string;
  readonly lane: number;
  readonly reader: StreamReader;
  /** Ends reading; the batch under way is finished. */
  readonly stopping: AbortSignal;
  /** Ends the batch under way, too. */
  readonly abandoning: AbortSignal;
}

/** Signals are hints: a look every so often. */
const POLL_MS: number = 60_000;
const DELAY_MS_MIN = 1_000;
const DELAY_MS_MAX = 60_000;

export class StreamLane {
  readonly #ports: LanePorts;
  readonly #options: LaneOptions;
  readonly #wakeUp: WakeUp;
  readonly #caller: Caller;
  #position: StreamPosition = START;
  /** Of invocations that never reached the function. */
  #troubles = 0;
  /** What was said since the position moved last; the same is not said again. */
  #said = "";
  #lastInvocation: Invoked | undefined;

  constructor(ports: LanePorts, options: LaneOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#wakeUp = createWakeUp(ports.clock);
    const { accountId, region } = options.mapping;
    this.#caller = { accountId, region };
  }

  /** Ends when it is told to, and when its shard has been read to its end. */
  async run(): Promise<void> {
    const { store } = this.#ports;
    const { mapping, stopping, source, shardId } = this.#options;
    const wake = (): void => this.#wakeUp.wake();
    const unsubscribe = store.signals.subscribe(source.topic(shardId), wake);
    stopping.addEventListener("abort", wake, { once: true });
    try {
      const found = await store.read((tx) => ({
        reading: streamReadings.get(tx, [mapping.uuid]),
        position: streamPositions.get(tx, this.#key),
      }));
      this.#position = found.position ?? START;
      while (found.reading !== undefined && !stopping.aborted && !this.#position.isClosed) {
        await this.#turnSafely(found.reading);
      }
    } finally {
      unsubscribe();
      stopping.removeEventListener("abort", wake);
    }
  }

  get #key(): Key {
    const { mapping, rules, shardId, lane } = this.#options;
    return laneKey(mapping.uuid, shardId, { lane, lanes: rules.parallelization });
  }

  async #turnSafely(reading: StreamReading): Promise<void> {
    try {
      await this.#turn(reading);
    } catch (error) {
      if (isThrottledRead(error)) {
        await this.#rest(DELAY_MS_MIN);
      } else if (!this.#options.stopping.aborted) {
        this.#say("cannot go on with its stream", error);
        await this.#rest(DELAY_MS_MAX);
      }
    }
  }

  async #turn(reading: StreamReading): Promise<void> {
    const { reader, stopping, rules } = this.#options;
    const { tumblingWindowMs } = rules;
    await this.#gather(reading);
    if (stopping.aborted) {
      return;
    }
    const closing = windowToClose(this.#position, reader.first, {
      windowMs: tumblingWindowMs,
      nowMs: this.#ports.clock.nowMs(),
      isAtEnd: reader.isAtEnd,
    });
    const batch = closing ?? reader.take(this.#position, tumblingWindowMs);
    if (batch !== undefined) {
      await this.#process(batch, closing !== undefined);
    } else if (reader.isAtEnd) {
      await this.#move({ ...this.#position, isClosed: true });
    } else if (reader.skippedThrough !== this.#position.after) {
      await this.#skip(reader.skippedThrough);
    }
  }

  /** What filters and other lanes leave out is not read again. */
  async #skip(through: string | undefined): Promise<void> {
    if (through !== undefined) {
      await this.#move(doneThrough(this.#position, through));
    }
  }

  /** Until there is a batch, a window to close, or the end. */
  async #gather(reading: StreamReading): Promise<void> {
    const { reader, mapping, stopping, rules } = this.#options;
    const { clock } = this.#ports;
    let dueMs: number | undefined;
    while (!stopping.aborted) {
      if (!reader.isFull() && (await reader.read(this.#position, reading))) {
        continue;
      }
      const isRetry = this.#position.ends.length > 0;
      if (reader.first !== undefined) {
        dueMs ??= clock.nowMs() + mapping.batchWindowMs;
      }
      if (reader.isFull() || (isRetry && reader.first) || (dueMs ?? Infinity) <= clock.nowMs()) {
        return;
      }
      const { after, window } = this.#position;
      const hasSkipped = reader.skippedThrough !== undefined && reader.skippedThrough !== after;
      const windowEndsMs = rules.tumblingWindowMs > 0 ? window?.endMs : undefined;
      if (hasSkipped || (windowEndsMs ?? Infinity) <= clock.nowMs()) {
        return;
      }
      const pollMs = clock.nowMs() + POLL_MS;
      await this.#wakeUp.sleep(Math.min(dueMs ?? pollMs, windowEndsMs ?? pollMs, pollMs));
    }
  }

  async #process(taken: StreamBatch, isClosing: boolean): Promise<void> {
    const batch = isClosing ? taken : await this.#withoutExpired(taken);
    if (batch === undefined || this.#options.abandoning.aborted) {
      return;
    }
    const { rules } = this.#options;
    if (batch.records.length === 0 && !isClosing) {
      await this.#move(doneThrough(this.#position, batch.through));
      return;
    }
    const position = openWindow(this.#position, batch, rules.tumblingWindowMs);
    const invoked = await this.#invoke(batch, position, isClosing);
    if (invoked === undefined || this.#options.abandoning.aborted) {
      return;
    }
    const next = isClosing
      ? afterWindowInvocation(position, invoked.outcome, rules)
      : withState(afterOutcome(position, batch, invoked.outcome, rules), invoked.state);
    await this.#conclude(next, invoked, position.attempts + 1);
  }

  /** Discards what is too old; says what is left of the batch. */
  async #withoutExpired(batch: StreamBatch): Promise<StreamBatch | undefined> {
    const { rules, source } = this.#options;
    const ageMsMax = Math.min(rules.recordAgeMsMax ?? source.retentionMs, source.retentionMs);
    const count = expiredCount(batch.records, this.#ports.clock.nowMs() - ageMsMax);
    const last = batch.records[count - 1];
    if (last === undefined) {
      return batch;
    }
    const isAll = count === batch.records.length;
    const position = doneThrough(this.#position, isAll ? batch.through : last.sequenceNumber);
    const discarded = batch.records.slice(0, count);
    const { attempts } = this.#position;
    await this.#commit(position, {
      ...this.#about(attempts),
      records: discarded,
      reason: "RecordAgeExceeded",
    });
    return undefined;
  }

  /** `undefined`: the function was not reached. */
  async #invoke(
    batch: StreamBatch,
    position: StreamPosition,
    isFinal: boolean,
  ): Promise<Invoked | undefined> {
    const { mapping, shardId } = this.#options;
    try {
      const { window } = position;
      const invocation = { caller: this.#caller, mapping, shardId, batch, window, isFinal };
      const invoked = await unlessAborted(
        invokeWithBatch(this.#ports, invocation),
        this.#options.abandoning,
      );
      this.#troubles = 0;
      this.#lastInvocation = invoked;
      return invoked;
    } catch (error) {
      if (!this.#options.stopping.aborted) {
        if (!isThrottling(error)) {
          this.#say("cannot invoke its function", error);
        }
        this.#troubles += 1;
        await this.#rest(backOffMs(this.#troubles));
      }
      return undefined;
    }
  }

  async #conclude(next: NextStep, invoked: Invoked, invocations: number): Promise<void> {
    const discarded =
      next.discarded.length === 0
        ? undefined
        : {
            ...this.#about(invocations),
            records: next.discarded,
            reason: "RetryAttemptsExhausted" as const,
          };
    await this.#commit(next.position, discarded, resultOf(invoked.outcome));
    if (next.failures > 0) {
      await this.#rest(backOffMs(next.failures));
    }
  }

  #about(invocations: number): Omit<DiscardedBatch, "records" | "reason"> {
    const { source, shardId } = this.#options;
    const { requestId = this.#ports.random.uuid(), functionError } = this.#lastInvocation ?? {};
    const { executedVersion } = this.#lastInvocation ?? {};
    const infoName = source.batchInfoName;
    return { invocations, requestId, functionError, executedVersion, infoName, shardId };
  }

  #move(position: StreamPosition): Promise<void> {
    return this.#commit(position, undefined);
  }

  async #commit(
    position: StreamPosition,
    discarded: DiscardedBatch | undefined,
    result?: string,
  ): Promise<void> {
    const { store } = this.#ports;
    const { mapping, reader } = this.#options;
    const fault = discarded && (await storeDiscarded(this.#ports, mapping, discarded));
    const refusal = await store.write((tx) => {
      const reading = streamReadings.get(tx, [mapping.uuid]);
      if (reading === undefined) {
        return undefined;
      }
      if (result !== undefined && reading.lastResult !== result) {
        streamReadings.put(tx, [mapping.uuid], { ...reading, lastResult: result });
      }
      streamPositions.put(tx, this.#key, position);
      return discarded && tellOfDiscarded(tx, this.#ports, mapping, discarded);
    });
    this.#position = position;
    this.#said = "";
    if (position.after !== undefined) {
      reader.release(position.after);
    }
    const lost = fault ?? refusal;
    if (lost !== undefined) {
      this.#say("lost the record of a discarded batch", lost);
    }
  }

  async #rest(delayMs: number): Promise<void> {
    const { clock } = this.#ports;
    await clock.sleepUntil(clock.nowMs() + delayMs, this.#options.stopping);
  }

  #say(what: string, error: unknown): void {
    const { mapping, shardId } = this.#options;
    const text = `${what} ${error instanceof Error ? error.message : String(error)}`;
    if (text === this.#said) {
      return;
    }
    this.#said = text;
    const label = this.#ports.consumer?.label ?? `The event source mapping ${mapping.uuid}`;
    this.#ports.log.write("warn", `${label} ${what}.`, {
      function: mapping.functionArn,
      stream: mapping.sourceArn,
      shard: shardId,
      error: error instanceof Error ? error.message : String(error),
    });
  }
}

function backOffMs(failures: number): number {
  return Math.min(DELAY_MS_MIN * 2 ** (failures - 1), DELAY_MS_MAX);
}

/** As `LastProcessingResult` has it. */
function resultOf(outcome: BatchOutcome): string {
  return outcome.kind === "done" ? "OK" : "PROBLEM: Function call failed";
}

function isThrottling(error: unknown): boolean {
  return error instanceof AwsError && error.code === "TooManyRequestsException";
}

/** Lambda polls a shard once a second: a read that is throttled is news to nobody. */
function isThrottledRead(error: unknown): boolean {
  return error instanceof AwsError && error.code === "ProvisionedThroughputExceededException";
}

/** What the work gives, or nothing as soon as nobody waits for it any more. */
function unlessAborted<T>(work: Promise<T>, abort: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const end = (): void => resolve(undefined);
    abort.addEventListener("abort", end, { once: true });
    if (abort.aborted) {
      end();
    }
    work.then(resolve, reject).finally(() => abort.removeEventListener("abort", end));
  });
}
