/**
 * Reads one stream for one function: a lane for each shard, or several when the mapping asks for
 * more at once. A shard is begun when its parents have been read to their ends.
 *
 * Invariants: those of `stream-lane.ts`, and
 * P3  After `stop` has resolved the poller makes no call any more, and writes nothing.
 */
import { hash } from "node:crypto";
import { setMaxListeners } from "node:events";
import { parseArn } from "../base/arn.ts";
import { assert } from "../base/assert.ts";
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";
import type { PolledMapping, StreamRules } from "../outbox/event-source.ts";
import { laneKey, streamPositions } from "../outbox/stream-position.ts";
import { dynamodbStreamSource } from "./dynamodb-stream-source.ts";
import { kinesisStreamSource } from "./kinesis-stream-source.ts";
import { SharedShard } from "./shared-shard.ts";
import { eventFilter } from "./stream-filter.ts";
import { type LanePorts, StreamLane } from "./stream-lane.ts";
import { forgetEarlierStream, reLane } from "./stream-lanes.ts";
import { StreamReader } from "./stream-reader.ts";
import type { ShardReads, SourceShard, StreamSource } from "./stream-source.ts";
import { createWakeUp, type WakeUp } from "./wake-up.ts";

export type StreamPollerPorts = LanePorts;

/** Shards are looked for this often, and whenever one has been read to its end. */
const SHARDS_MS: number = 60_000;
/** Between tries that fail, doubled each time. */
const DELAY_MS_MIN = 1_000;
const DELAY_MS_MAX: number = 5 * 60_000;

export class StreamPoller {
  readonly mapping: PolledMapping;
  readonly #ports: StreamPollerPorts;
  readonly #rules: StreamRules;
  readonly #source: StreamSource;
  readonly #stopping = new AbortController();
  readonly #abandoning = new AbortController();
  readonly #wakeUp: WakeUp;
  /** By shard. */
  readonly #shards = new Map<string, Promise<void>>();
  /** When the stream was made that the lanes read. */
  #madeMs: number | undefined;
  /** Ends the lanes of a stream that is gone. */
  #gone = new AbortController();
  #running: Promise<void> | undefined;
  #failures = 0;

  constructor(ports: StreamPollerPorts, mapping: PolledMapping, rules: StreamRules) {
    this.#ports = ports;
    this.mapping = mapping;
    this.#rules = rules;
    this.#wakeUp = createWakeUp(ports.clock);
    this.#source = sourceOf(ports, mapping);
    setMaxListeners(0, this.#stopping.signal, this.#abandoning.signal);
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Reads no more; resolves when the batches that are with the function are finished. */
  async drain(): Promise<void> {
    this.#stopping.abort();
    this.#wakeUp.wake();
    await this.#running;
    await Promise.all(this.#shards.values());
  }

  /** The same, and abandons those batches: they are tried again after the next start. */
  async stop(): Promise<void> {
    this.#abandoning.abort();
    this.#stopping.abort();
    this.#wakeUp.wake();
    await this.#running;
    await Promise.all(this.#shards.values());
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let againMs = SHARDS_MS;
      try {
        await this.#openShards(await this.#source.shards());
        this.#failures = 0;
      } catch (error) {
        againMs = Math.min(DELAY_MS_MIN * 2 ** this.#failures, DELAY_MS_MAX);
        this.#sayOnce(error);
        this.#failures += 1;
      }
      if (!signal.aborted) {
        await this.#wakeUp.sleep(this.#ports.clock.nowMs() + againMs);
      }
    }
  }

  /** A stream that was made again under its name is read from where the mapping starts. */
  async #beginAnew(): Promise<void> {
    const { madeMs } = this.#source;
    if (madeMs === undefined || madeMs === this.#madeMs) {
      return;
    }
    this.#gone.abort();
    await Promise.all(this.#shards.values());
    this.#shards.clear();
    this.#gone = new AbortController();
    await this.#ports.store.write((tx) => forgetEarlierStream(tx, this.mapping.uuid, madeMs));
    this.#madeMs = madeMs;
  }

  async #openShards(shards: readonly SourceShard[]): Promise<void> {
    await this.#beginAnew();
    const present = new Set(shards.map(({ id }) => id));
    for (const { id, parentIds } of shards) {
      const parents = parentIds.filter((parent) => present.has(parent));
      const areRead = await Promise.all(parents.map((parent) => this.#isRead(parent)));
      if (this.#shards.has(id) || !areRead.every(Boolean)) {
        continue;
      }
      const { store } = this.#ports;
      await store.write((tx) => reLane(tx, this.mapping.uuid, id, this.#rules.parallelization));
      if (!this.#stopping.signal.aborted) {
        const { parallelization: count } = this.#rules;
        const reads = count === 1 ? this.#source : new SharedShard(this.#source, id);
        const lanes = Array.from({ length: count }, (_, lane) => this.#lane(id, lane, reads).run());
        const shard = Promise.all(lanes).then(() => this.#wakeUp.wake());
        this.#shards.set(id, shard);
      }
    }
  }

  /** By all lanes. */
  #isRead(shardId: string): Promise<boolean> {
    const { uuid } = this.mapping;
    const { parallelization: lanes } = this.#rules;
    return this.#ports.store.read((tx) =>
      Array.from({ length: lanes }, (_, lane) =>
        streamPositions.get(tx, laneKey(uuid, shardId, { lanes, lane })),
      ).every((position) => position?.isClosed === true),
    );
  }

  #lane(shardId: string, lane: number, reads: ShardReads): StreamLane {
    const { mapping } = this;
    const { parallelization } = this.#rules;
    const reader = new StreamReader({
      source: reads,
      shardId,
      mapping,
      filter: eventFilter(mapping.filters),
      isOwn: (partition) => parallelization === 1 || laneOf(partition, parallelization) === lane,
    });
    const stopping = AbortSignal.any([this.#stopping.signal, this.#gone.signal]);
    const abandoning = AbortSignal.any([this.#abandoning.signal, this.#gone.signal]);
    return new StreamLane(this.#ports, {
      mapping,
      rules: this.#rules,
      source: this.#source,
      shardId,
      lane,
      reader,
      stopping,
      abandoning,
    });
  }

  /** A stream that is gone is news once. */
  #sayOnce(error: unknown): void {
    if (this.#failures === 0 && !this.#stopping.signal.aborted) {
      const { uuid, sourceArn } = this.mapping;
      const label = this.#ports.consumer?.label ?? `The event source mapping ${uuid}`;
      this.#ports.log.write("warn", `${label} cannot read its stream.`, {
        stream: sourceArn,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
}

/** Which lane a key belongs to: the same for as long as there are as many. */
function laneOf(partition: string, lanes: number): number {
  return hash("sha256", partition, "buffer").readUInt32BE(0) % lanes;
}

type OpenSource = (dispatcher: Dispatcher, caller: Caller, mapping: PolledMapping) => StreamSource;

/** By the service in the stream's ARN. */
const SOURCES: Readonly<Record<string, OpenSource>> = {
  dynamodb: dynamodbStreamSource,
  kinesis: kinesisStreamSource,
};

function sourceOf(ports: StreamPollerPorts, mapping: PolledMapping): StreamSource {
  const { accountId, sourceArn } = mapping;
  const arn = parseArn(sourceArn);
  const open = SOURCES[arn?.service ?? ""];
  assert(open !== undefined, `no stream is read at ${sourceArn}`);
  return open(ports.dispatcher, { accountId, region: arn?.region ?? mapping.region }, mapping);
}
