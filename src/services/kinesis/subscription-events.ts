/**
 * The events of one subscription: records as they come, and every few seconds an event without any.
 * It ends after five minutes, at the end of its shard, or with the caller.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShardEvent.html
 */
import { shardTopic } from "../../outbox/event-source.ts";
import type { Clock } from "../../platform/clock.ts";
import { shardSequenceNumberOf } from "../../store/sequence-number.ts";
import type { ReadTx, Store } from "../../store/store.ts";
import type {
  SubscribeToShardEvent,
  SubscribeToShardEventStream,
} from "../../wire/models/kinesis.gen.ts";
import { type Consumer, consumerTopic } from "./consumer.ts";
import { resourceInUse, resourceNotFound, streamNotFound } from "./errors.ts";
import { consumers, shards } from "./keys.ts";
import { SUBSCRIPTION_MS } from "./limits.ts";
import { type PlaceInShard, readShard, type ShardPage } from "./reading.ts";
import { childShards, type Shard, shardIdOf } from "./shard.ts";
import { findStream, isUsable, type Stream, streamArn } from "./stream.ts";
import type { Subscription } from "./subscriptions.ts";

export interface SubscriptionOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly stream: Stream;
  readonly consumer: Consumer;
  readonly shard: Shard;
  readonly place: PlaceInShard;
  readonly subscription: Subscription;
  /** The caller has gone. */
  readonly abort: AbortSignal;
}

const HEARTBEAT_MS = 5_000;
const EVENT_LIMITS = { records: 1_000, bytes: 2 * 1024 * 1024 };

export async function* subscriptionEvents(
  options: SubscriptionOptions,
): AsyncGenerator<SubscribeToShardEventStream> {
  const { store, clock, subscription, abort, consumer } = options;
  const alarm = new Alarm(options);
  const endMs = clock.nowMs() + SUBSCRIPTION_MS;
  let { place } = options;
  let heartbeatMs = clock.nowMs();
  try {
    while (!abort.aborted && clock.nowMs() < endMs) {
      if (subscription.replaced.aborted) {
        throw resourceInUse(`Another subscription took over for consumer ${consumer.arn}.`);
      }
      alarm.set();
      const step = await store.read((tx) => read(tx, options, place));
      if (step.lastId !== undefined) {
        place = { shard: place.shard, after: step.lastId };
      }
      if (step.isEnd || step.lastId !== undefined || clock.nowMs() >= heartbeatMs) {
        heartbeatMs = clock.nowMs() + HEARTBEAT_MS;
        yield { SubscribeToShardEvent: step.event };
      }
      if (step.isEnd) {
        return;
      }
      if (!step.hasMore) {
        await alarm.sleep(Math.min(heartbeatMs, endMs));
      }
    }
  } finally {
    alarm.close();
    subscription.end();
  }
}

interface Step {
  readonly event: SubscribeToShardEvent;
  readonly lastId: string | undefined;
  readonly hasMore: boolean;
  /** The shard is closed, and has been read. */
  readonly isEnd: boolean;
}

function read(tx: ReadTx, options: SubscriptionOptions, place: PlaceInShard): Step {
  const { consumer } = options;
  const stream = findStream(tx, options.stream);
  if (stream === undefined || stream.number !== options.stream.number || !isUsable(stream)) {
    throw streamNotFound(options.stream);
  }
  if (consumers.get(tx, [stream.number, consumer.name])?.arn !== consumer.arn) {
    throw resourceNotFound(`Consumer ${consumer.arn} not found.`);
  }
  const shard = shards.get(tx, [stream.number, place.shard]) ?? options.shard;
  const page = readShard(tx, stream, place, EVENT_LIMITS);
  const hasMore = page.nextArrivedMs !== undefined;
  const isEnd = !hasMore && shard.endId !== undefined;
  return {
    lastId: page.lastId,
    hasMore,
    isEnd,
    event: {
      Records: page.records,
      ContinuationSequenceNumber: continuation(page, place, shard),
      MillisBehindLatest: hasMore ? Math.max(0, tx.nowMs - (page.nextArrivedMs ?? 0)) : 0,
      ...(isEnd && { ChildShards: childShards(tx, stream, shard) }),
    },
  };
}

/** A subscription that begins behind it misses nothing. */
function continuation(page: ShardPage, place: PlaceInShard, shard: Shard): string {
  const orderedId = page.lastId ?? place.after ?? shard.startId;
  return shardSequenceNumberOf({ orderedId, shard: shard.index });
}

/** Wakes for records, the end of the consumer, a successor and the caller's going. */
class Alarm {
  readonly #clock: Clock;
  readonly #close: readonly (() => void)[];
  #call = new AbortController();

  constructor(options: SubscriptionOptions) {
    const { store, stream, consumer, shard, subscription, abort } = options;
    this.#clock = options.clock;
    const wake = (): void => this.#call.abort();
    subscription.replaced.addEventListener("abort", wake);
    abort.addEventListener("abort", wake);
    this.#close = [
      store.signals.subscribe(shardTopic(streamArn(stream), shardIdOf(shard.index)), wake),
      store.signals.subscribe(consumerTopic(consumer.arn), wake),
      () => subscription.replaced.removeEventListener("abort", wake),
      () => abort.removeEventListener("abort", wake),
    ];
  }

  /** Whatever happens from here on ends the next sleep. */
  set(): void {
    this.#call = new AbortController();
  }

  async sleep(untilMs: number): Promise<void> {
    await this.#clock.sleepUntil(untilMs, this.#call.signal);
  }

  close(): void {
    for (const close of this.#close) {
      close();
    }
  }
}
