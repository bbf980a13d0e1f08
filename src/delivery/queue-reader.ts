/**
 * Reads one queue for one consumer.
 *
 * Lanes, each receive -> consume -> delete, run beside each other. One lane is always receiving, as
 * long as the limit allows: a lane that has messages opens the next before it consumes. Several
 * receive only while the queue has more than one receive takes; otherwise a lane that is done ends
 * when another receives. So an idle queue costs one long poll, records are not scattered over small
 * batches, and a busy queue overlaps polling, consuming and deleting. How many lanes there may be
 * follows the load: `queue-scaling.ts`.
 *
 * Invariants:
 * P1  A message is deleted only after the consumer has had it and did not say that it failed, or
 *     when the filters leave it out. What fails stays hidden until its visibility timeout ends.
 * P2  At most `concurrencyMax` batches, and no more than the machine can run, are with the consumer
 *     at once.
 * P3  After `stop` has resolved the reader makes no call any more.
 */
import { setMaxListeners } from "node:events";
import { parseArn } from "../base/arn.ts";
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";
import type { PollerCounts } from "../outbox/event-source.ts";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Input, OperationName, Output } from "../wire/operations.ts";
import { QueueScaling, scalingRules } from "./queue-scaling.ts";
import { type RecordFilter, recordFilter } from "./record-filter.ts";
import { EVENT_BYTES_MAX, type SqsMessage, type SqsRecord, sqsRecord } from "./sqs-event.ts";

export interface PollerPorts {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly log: Log;
  /** Environments of functions that this machine runs at once. */
  readonly environmentsMax?: number | undefined;
}

/** What is read, and for whom. */
export interface QueueReading {
  /** Names the reader in the log: `The event source mapping 1234`. */
  readonly label: string;
  readonly accountId: string;
  readonly region: string;
  readonly queueArn: string;
  readonly batchSize: number;
  /** How long to gather records for one batch. */
  readonly batchWindowMs: number;
  /** `undefined` when nobody set a limit. */
  readonly concurrencyMax: number | undefined;
  /** Of provisioned mode. */
  readonly pollers?: PollerCounts | undefined;
  /** Event patterns: a record that none of them matches is left out. */
  readonly filters: readonly string[];
}

/** What a consumer may do while it has a batch. */
export interface Turn {
  /** When the messages become visible to others. */
  readonly hiddenUntilMs: number;
  /** Fires when the batch is to be abandoned. */
  readonly abort: AbortSignal;
  /** Deletes what is done with, unless the batch was abandoned. */
  done(records: readonly SqsRecord[]): Promise<void>;
  /** After a failure: says so and rests for a while, ever longer, so that nothing runs hot. */
  rest(what: string, error: unknown): Promise<void>;
  /** The consumer failed or was throttled: fewer batches at once, for a while. */
  backOff(): void;
}

export type ConsumeBatch = (records: readonly SqsRecord[], turn: Turn) => Promise<void>;

/** What one receive or delete takes. */
const SQS_BATCH_MAX = 10;
const LONG_POLL_SECONDS = 20;
/** Between tries that fail, doubled each time. */
const DELAY_MS_MIN = 1_000;
const DELAY_MS_MAX = 60_000;

/** Receives at once that fill one large batch from a queue that has more. */
const GATHER_RECEIVES_MAX = 8;

interface ReceiveOptions {
  readonly waitSeconds: number;
  readonly abort: AbortSignal;
}

interface Queue {
  readonly url: string;
  readonly visibilityTimeoutMs: number;
}

export class QueueReader {
  readonly #reading: QueueReading;
  readonly #consume: ConsumeBatch;
  readonly #ports: PollerPorts;
  readonly #filter: RecordFilter | undefined;
  readonly #scaling: QueueScaling;
  readonly #queueCaller: Caller;
  /** Ends receiving. */
  readonly #stopping = new AbortController();
  /** Ends waiting for the consumer as well. */
  readonly #abandoning = new AbortController();
  readonly #lanes = new Set<Promise<void>>();
  /** Lanes that go on. */
  #laneCount = 0;
  /** Calls of SQS under way. */
  readonly #calls = new Set<Promise<unknown>>();
  #queue: Queue | undefined;
  #receiving = 0;
  #failures = 0;
  #isGrowing = false;
  /** The last receive took as much as one can take: there is more. */
  #isBusy = false;

  constructor(ports: PollerPorts, reading: QueueReading, consume: ConsumeBatch) {
    this.#ports = ports;
    this.#reading = reading;
    this.#consume = consume;
    // Each lane listens to it.
    setMaxListeners(0, this.#stopping.signal, this.#abandoning.signal);
    this.#filter = recordFilter(reading.filters);
    const { accountId, region, queueArn, concurrencyMax, pollers } = reading;
    const machineMax = ports.environmentsMax;
    this.#scaling = new QueueScaling(scalingRules({ concurrencyMax, pollers, machineMax }));
    this.#queueCaller = { accountId, region: parseArn(queueArn)?.region ?? region };
  }

  start(): void {
    this.#openLane();
  }

  /** Receives no more; resolves when the batches that are with the consumer are finished. */
  async drain(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#lanes);
  }

  /** The same, and abandons those batches: their messages come back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#abandoning.abort();
    await Promise.allSettled(this.#calls);
  }

  #openLane(): void {
    if (this.#stopping.signal.aborted) {
      return;
    }
    if (this.#laneCount >= this.#scaling.limit) {
      void this.#growLater();
      return;
    }
    this.#laneCount += 1;
    const lane = this.#runLane().finally(() => this.#lanes.delete(lane));
    this.#lanes.add(lane);
  }

  /** When all lanes are still busy in a moment, there may be one more. */
  async #growLater(): Promise<void> {
    const { clock } = this.#ports;
    if (this.#isGrowing || !this.#scaling.canGrow) {
      return;
    }
    this.#isGrowing = true;
    await clock.sleepUntil(this.#scaling.nextMs(clock.nowMs()), this.#stopping.signal);
    this.#isGrowing = false;
    if (this.#laneCount >= this.#scaling.limit && this.#receiving === 0) {
      this.#scaling.grow();
      this.#openLane();
    }
  }

  async #runLane(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const messages = await this.#receiveSafely();
      if (messages.length > 0) {
        if (this.#receiving === 0) {
          this.#openLane();
        }
        await this.#processSafely(messages);
      }
      const isSurplus = this.#laneCount > this.#scaling.limit;
      if (isSurplus || (this.#receiving > 0 && !this.#isBusy)) {
        // At once, so that of several lanes that are too many not all end.
        this.#laneCount -= 1;
        this.#scaling.shrinkTo(this.#laneCount);
        return;
      }
    }
  }

  async #receiveSafely(): Promise<readonly SqsMessage[]> {
    this.#receiving += 1;
    try {
      const messages = await this.#gather(await this.#knownQueue());
      this.#failures = 0;
      return messages;
    } catch (error) {
      this.#queue = undefined;
      await this.#pause("cannot read its queue", error);
      return [];
    } finally {
      this.#receiving -= 1;
    }
  }

  async #knownQueue(): Promise<Queue> {
    if (this.#queue === undefined) {
      const arn = parseArn(this.#reading.queueArn);
      const { QueueUrl = "" } = await this.#call("GetQueueUrl", {
        QueueName: arn?.resource ?? "",
        QueueOwnerAWSAccountId: arn?.accountId,
      });
      const { Attributes } = await this.#call("GetQueueAttributes", {
        QueueUrl,
        AttributeNames: ["VisibilityTimeout"],
      });
      const visibilityTimeoutMs = Number(Attributes?.VisibilityTimeout) * 1_000;
      this.#queue = { url: QueueUrl, visibilityTimeoutMs };
    }
    return this.#queue;
  }

  /** The messages of a batch: those of one receive, or of several within the batch window. */
  async #gather(queue: Queue): Promise<readonly SqsMessage[]> {
    const { batchSize, batchWindowMs } = this.#reading;
    const first = { waitSeconds: LONG_POLL_SECONDS, abort: this.#stopping.signal };
    const messages = [...(await this.#receive(queue, batchSize, first))];
    if (batchWindowMs === 0 || messages.length === 0) {
      return messages;
    }
    const { clock } = this.#ports;
    const closesMs = clock.nowMs() + batchWindowMs;
    const gathered = new AbortController();
    const closing = AbortSignal.any([this.#stopping.signal, gathered.signal]);
    void clock.sleepUntil(closesMs, closing).then(() => gathered.abort());
    let sizeBytes = sizeOf(messages);
    // What is larger would not fit into one invocation.
    while (messages.length < batchSize && sizeBytes < EVENT_BYTES_MAX && !closing.aborted) {
      const leftSeconds = Math.ceil((closesMs - clock.nowMs()) / 1_000);
      const waitSeconds = Math.min(leftSeconds, LONG_POLL_SECONDS);
      const wanted = batchSize - messages.length;
      try {
        const more = await this.#receiveMore(queue, wanted, { waitSeconds, abort: closing });
        messages.push(...more);
        sizeBytes += sizeOf(more);
      } catch (error) {
        this.#say("cannot read its queue", error);
        break;
      }
    }
    gathered.abort();
    return messages;
  }

  /** One receive that waits; while there is more, several at once that do not. */
  async #receiveMore(
    queue: Queue,
    wanted: number,
    options: ReceiveOptions,
  ): Promise<readonly SqsMessage[]> {
    if (!this.#isBusy) {
      return this.#receive(queue, wanted, options);
    }
    const receives: Promise<readonly SqsMessage[]>[] = [];
    for (let left = wanted; left > 0; left -= SQS_BATCH_MAX) {
      if (receives.length === GATHER_RECEIVES_MAX) {
        break;
      }
      receives.push(this.#receive(queue, left, { ...options, waitSeconds: 0 }));
    }
    return (await Promise.all(receives)).flat();
  }

  async #receive(
    queue: Queue,
    wanted: number,
    { waitSeconds, abort }: ReceiveOptions,
  ): Promise<readonly SqsMessage[]> {
    const request = {
      QueueUrl: queue.url,
      MaxNumberOfMessages: Math.min(wanted, SQS_BATCH_MAX),
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    };
    const { Messages = [] } = await this.#call("ReceiveMessage", request, { abort });
    this.#isBusy = Messages.length >= request.MaxNumberOfMessages;
    return Messages;
  }

  async #call<O extends OperationName<"sqs">>(
    operation: O,
    input: Input<"sqs", O>,
    options: { readonly abort?: AbortSignal } = {},
  ): Promise<Output<"sqs", O>> {
    const caller = { ...this.#queueCaller, ...options };
    const call = this.#ports.dispatcher.call(caller, "sqs", operation, input);
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }

  async #processSafely(messages: readonly SqsMessage[]): Promise<void> {
    try {
      await this.#process(messages);
    } catch (error) {
      await this.#pause("cannot process a batch", error);
    }
  }

  async #process(messages: readonly SqsMessage[]): Promise<void> {
    const records = messages.map((message) => sqsRecord(message, this.#reading.queueArn));
    const wanted = this.#filter === undefined ? records : records.filter(this.#filter);
    if (wanted.length < records.length) {
      const kept = new Set(wanted);
      await this.#delete(records.filter((record) => !kept.has(record)));
    }
    if (wanted.length > 0) {
      const visibilityTimeoutMs = this.#queue?.visibilityTimeoutMs ?? 0;
      await this.#consume(wanted, {
        hiddenUntilMs: this.#ports.clock.nowMs() + visibilityTimeoutMs,
        abort: this.#abandoning.signal,
        done: async (finished) => {
          if (!this.#abandoning.signal.aborted) {
            await this.#delete(finished);
          }
        },
        rest: (what, error) => this.#pause(what, error),
        backOff: () => this.#scaling.backOff(this.#laneCount, this.#ports.clock.nowMs()),
      });
    }
  }

  async #delete(records: readonly SqsRecord[]): Promise<void> {
    const chunks: Promise<unknown>[] = [];
    const queueUrl = this.#queue?.url;
    if (queueUrl === undefined) {
      return;
    }
    for (let from = 0; from < records.length; from += SQS_BATCH_MAX) {
      const entries = records
        .slice(from, from + SQS_BATCH_MAX)
        .map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
      chunks.push(this.#call("DeleteMessageBatch", { QueueUrl: queueUrl, Entries: entries }));
    }
    try {
      await Promise.all(chunks);
    } catch (error) {
      this.#say("cannot delete what is done with", error);
    }
  }

  /** After a failure: rests for a while, so that nothing runs hot. */
  async #pause(what: string, error: unknown): Promise<void> {
    if (this.#stopping.signal.aborted) {
      return;
    }
    this.#say(what, error);
    const delayMs = Math.min(DELAY_MS_MIN * 2 ** this.#failures, DELAY_MS_MAX);
    this.#failures += 1;
    const { clock } = this.#ports;
    await clock.sleepUntil(clock.nowMs() + delayMs, this.#stopping.signal);
  }

  #say(what: string, error: unknown): void {
    this.#ports.log.write("warn", `${this.#reading.label} ${what}.`, {
      queue: this.#reading.queueArn,
      error: error instanceof Error ? error.message : String(error),
    });
  }
}

/** Of their bodies, in bytes. */
function sizeOf(messages: readonly SqsMessage[]): number {
  return messages.reduce((sum, { Body = "" }) => sum + Buffer.byteLength(Body), 0);
}
