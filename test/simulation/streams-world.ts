/**
 * A stream, those who write to it, and a function that reads it through a mapping, driven by chance
 * from a seed: the function fails, reports some records, takes its time; shards are split and
 * merged; the mapping is changed, disabled, enabled; the engine dies at any commit.
 */
import type { Dispatcher } from "../../src/outbox/dispatcher.ts";
import { createSeededRandom, type Random } from "../../src/platform/random.ts";
import { ZIP } from "../../src/testing/lambda-fixture.ts";
import { TEST_ACCOUNT, TEST_REGION } from "../../src/testing/service-harness.ts";
import { AwsError } from "../../src/wire/aws-error.ts";
import { EngineDied } from "./faulty-store.ts";
import { SimulatedEngine } from "./simulated-engine.ts";
import { distortedReads } from "./stream-canaries.ts";
import { type SeenRecord, StreamLedger, type StreamRule } from "./stream-ledger.ts";
import { DYNAMODB, KINESIS, type SimulatedSource } from "./stream-sources.ts";

const FAULT_CHANCE = 0.01;
const KEYS = ["a", "b", "c", "d", "e", "f"];
const WINDOW_SECONDS = 5;
const QUEUE = "discarded";
const QUEUE_ARN = `arn:aws:sqs:${TEST_REGION}:${TEST_ACCOUNT}:${QUEUE}`;
const QUEUE_URL = `http://127.0.0.1:4566/${TEST_ACCOUNT}/${QUEUE}`;
/** One in so many records is never done with, where batches can be given up. */
const POISON_EVERY = 11;

export interface StreamsOptions {
  readonly seed: number;
  readonly canary?: StreamRule | undefined;
}

interface Settings {
  readonly source: SimulatedSource;
  readonly hasWindows: boolean;
  readonly isFiltered: boolean;
  readonly reports: boolean;
  readonly bisects: boolean;
  /** `undefined`: a batch is tried until it is done with. */
  readonly retries: number | undefined;
  readonly start: "LATEST" | "TRIM_HORIZON" | "AT_TIMESTAMP";
}

interface BatchEvent {
  readonly Records: readonly unknown[];
  readonly window?: { readonly start: string };
  readonly shardId?: string;
  readonly state?: { readonly ids?: readonly number[] };
  readonly isFinalInvokeForWindow?: boolean;
}

export class StreamsWorld {
  readonly engine: SimulatedEngine;
  readonly ledger: StreamLedger;
  readonly random: Random;
  readonly settings: Settings;
  readonly #canary: StreamRule | undefined;
  #uuid = "";
  #lastId = 0;
  #lanes = 1;
  /** Not after a change whose answer never came: the mapping may have the lanes of before. */
  #isSureOfLanes = true;

  constructor({ seed, canary }: StreamsOptions) {
    this.random = createSeededRandom(seed);
    this.#canary = canary;
    this.settings = this.#drawSettings();
    const { retries, hasWindows } = this.settings;
    const attemptsMax = retries === undefined ? undefined : retries + 1;
    this.ledger = new StreamLedger({ attemptsMax, hasWindows });
    const distorted = (of: Dispatcher): Dispatcher => distortedReads(of, canary, this.random);
    this.engine = new SimulatedEngine(seed, {
      restartsBodies: seed % 4 === 0,
      distorted,
      pollerCount: canary === "concurrent" ? 2 : 1,
    });
    this.engine.onDeath = () => this.ledger.died();
  }

  #drawSettings(): Settings {
    const canary = this.#canary;
    const isGivenUp = canary === "retries" || this.chance(0.5);
    const source = canary !== "order" && this.chance(0.5) ? DYNAMODB : KINESIS;
    const earlier = source === KINESIS && this.chance(0.5) ? "AT_TIMESTAMP" : "TRIM_HORIZON";
    const retries = canary === "retries" ? 2 : this.upTo(2);
    return {
      source,
      hasWindows: canary === "window" || this.chance(0.3),
      isFiltered: canary !== "filtered" && this.chance(0.3),
      reports: this.chance(0.5),
      bisects: this.chance(0.5),
      retries: isGivenUp ? retries : undefined,
      start: this.chance(0.5) ? "LATEST" : earlier,
    };
  }

  chance(probability: number): boolean {
    return this.random.next() < probability;
  }

  upTo(max: number): number {
    return Math.floor(this.random.next() * (max + 1));
  }

  async start(): Promise<void> {
    await this.engine.start();
    await this.engine.call("sqs", "CreateQueue", { QueueName: QUEUE });
    const { settings } = this;
    const EventSourceArn = await settings.source.create(this.engine);
    this.engine.functions.script("reader", (event) => this.#read(event as BatchEvent));
    await this.engine.call("lambda", "CreateFunction", {
      FunctionName: "reader",
      Role: `arn:aws:iam::${TEST_ACCOUNT}:role/reader`,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Code: { ZipFile: ZIP },
    });
    const Pattern = JSON.stringify(settings.source.pattern);
    const given = this.#canary === "retries" ? 0 : settings.retries;
    const mapping = await this.engine.call("lambda", "CreateEventSourceMapping", {
      FunctionName: `arn:aws:lambda:${TEST_REGION}:${TEST_ACCOUNT}:function:reader`,
      EventSourceArn,
      StartingPosition: settings.start,
      ...(settings.start === "AT_TIMESTAMP" && {
        StartingPositionTimestamp: new Date(this.engine.clock.nowMs()),
      }),
      BatchSize: 1 + this.upTo(9),
      BisectBatchOnFunctionError: settings.bisects,
      MaximumRetryAttempts: given ?? -1,
      DestinationConfig: { OnFailure: { Destination: QUEUE_ARN } },
      ...(settings.reports && { FunctionResponseTypes: ["ReportBatchItemFailures"] }),
      ...(settings.isFiltered && { FilterCriteria: { Filters: [{ Pattern }] } }),
      ...(settings.hasWindows && { TumblingWindowInSeconds: WINDOW_SECONDS }),
    });
    this.#uuid = mapping.UUID ?? "";
    await this.engine.clock.advance(1);
    this.engine.faultChance = FAULT_CHANCE;
  }

  async write(): Promise<void> {
    const { isFiltered: filters } = this.settings;
    const records = Array.from({ length: 1 + this.upTo(3) }, () => {
      this.#lastId += 1;
      const key = KEYS[this.upTo(KEYS.length - 1)] ?? "a";
      const isFiltered = (filters || this.#canary === "filtered") && this.chance(0.3);
      return { id: this.#lastId, key, isFiltered };
    });
    for (const record of records) {
      this.ledger.written(record);
    }
    const answer = await this.#attempt(() => this.settings.source.write(this.engine, records));
    if (answer !== undefined) {
      for (const { id } of records) {
        this.ledger.acknowledged(id);
      }
    }
  }

  async reshard(): Promise<void> {
    await this.#attempt(() => this.settings.source.reshard(this.engine, this.random));
  }

  async changeMapping(): Promise<void> {
    const drawsLanes = !this.settings.hasWindows && this.chance(0.5);
    const lanes = drawsLanes ? 1 + this.upTo(2) : this.#lanes;
    this.ledger.changed({ ofLanes: drawsLanes || !this.#isSureOfLanes });
    const settings = { BatchSize: 1 + this.upTo(9), ParallelizationFactor: lanes };
    this.#lanes = lanes;
    this.#isSureOfLanes = await this.#update(settings);
  }

  async pause(): Promise<void> {
    await this.#update({ Enabled: false });
    await this.engine.clock.advance(this.upTo(2_000));
    await this.#update({ Enabled: true });
  }

  /** From now on only poison fails; reads until all is done with, or nobody can tell why not. */
  async settle(): Promise<void> {
    this.engine.faultChance = 0;
    for (let round = 0; round < 60; round += 1) {
      await this.#update({ Enabled: true });
      await this.engine.clock.advance(20_000);
      await this.#readDiscarded();
      if (this.ledger.awaited.length === 0) {
        break;
      }
    }
    await this.engine.clock.advance(120_000);
    await this.#readDiscarded();
    this.ledger.settled();
    await this.engine.stop();
  }

  /** Whether it was acknowledged. */
  async #update(more: object): Promise<boolean> {
    const change = { UUID: this.#uuid, ...more };
    const answer = await this.#attempt(() =>
      this.engine.call("lambda", "UpdateEventSourceMapping", change),
    );
    await this.engine.clock.advance(0);
    return answer !== undefined;
  }

  /** `undefined` when it is refused, or nobody knows how it ended. */
  async #attempt<T>(run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof EngineDied || error instanceof AwsError) {
        return undefined;
      }
      throw error;
    }
  }

  async #read(event: BatchEvent): Promise<unknown> {
    const { deathCount } = this.engine;
    const records = event.Records.map((record) => this.settings.source.seen(record));
    const ids = event.state?.ids ?? [];
    if (event.isFinalInvokeForWindow === true) {
      this.ledger.closed(`${event.shardId} ${event.window?.start}`, ids);
    }
    const end = this.ledger.invoked(records);
    const isCalm = this.engine.faultChance === 0;
    if (!isCalm && this.chance(0.2)) {
      await this.engine.clock.sleepUntil(this.engine.clock.nowMs() + this.upTo(3_000));
    }
    if (this.engine.deathCount !== deathCount) {
      return null;
    }
    const failedFrom = this.#failedFrom(records, isCalm);
    const done = records.slice(0, failedFrom ?? records.length);
    end(done);
    if (failedFrom !== undefined) {
      this.ledger.failed(records.slice(failedFrom));
    }
    const isEmptyAndFails = records.length === 0 && !isCalm && this.chance(0.3);
    if (isEmptyAndFails || (failedFrom !== undefined && !this.settings.reports)) {
      throw new Error("scripted");
    }
    return this.#answer(records.slice(done.length), [...ids, ...done.map(({ id }) => id)]);
  }

  /** `undefined`: all is well. A function that reports nothing fails as a whole. */
  #failedFrom(records: readonly SeenRecord[], isCalm: boolean): number | undefined {
    const { retries, reports } = this.settings;
    const poison = records.findIndex(({ id }) => id % POISON_EVERY === 0);
    let from = retries === undefined || poison === -1 ? records.length : poison;
    if (!isCalm && records.length > 0 && this.chance(0.25)) {
      from = Math.min(from, this.upTo(records.length - 1));
    }
    return from === records.length ? undefined : reports ? from : 0;
  }

  #answer(failed: readonly SeenRecord[], ids: readonly number[]): object {
    const isBroken = this.#canary === "window" && this.chance(0.2);
    return {
      state: { ids: isBroken ? ids.slice(1) : ids },
      batchItemFailures: failed.map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber })),
    };
  }

  async #readDiscarded(): Promise<void> {
    for (;;) {
      const { Messages = [] } = await this.engine.call("sqs", "ReceiveMessage", {
        QueueUrl: QUEUE_URL,
        MaxNumberOfMessages: 10,
      });
      if (Messages.length === 0) {
        return;
      }
      for (const { Body = "", ReceiptHandle = "" } of Messages) {
        const { [this.settings.source.infoName]: info } = JSON.parse(Body);
        this.ledger.told(info.startSequenceNumber, info.endSequenceNumber, info.batchSize);
        await this.engine.call("sqs", "DeleteMessage", { QueueUrl: QUEUE_URL, ReceiptHandle });
      }
    }
  }
}
