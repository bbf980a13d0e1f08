/**
 * Queues of every kind with those who send to them and receive from them, driven by chance from a
 * seed. Consumers fail, answer late, twice or never; the engine dies in between. The ledger sees
 * what they see.
 */
import { createSeededRandom, type Random } from "../../src/platform/random.ts";
import { TEST_ACCOUNT, TEST_REGION } from "../../src/testing/service-harness.ts";
import { AwsError } from "../../src/wire/aws-error.ts";
import type { Output } from "../../src/wire/operations.ts";
import type { Canary } from "./canaries.ts";
import { EngineDied } from "./faulty-store.ts";
import { Ledger, type QueueFacts, type Received } from "./ledger.ts";
import { SimulatedEngine } from "./simulated-engine.ts";

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
export const VISIBILITY_SECONDS = 10;
const MAX_RECEIVE_COUNT = 3;
const DEDUPLICATION_MS = 5 * 60_000;
/** Of the commits; half of those that fail take effect. */
const FAULT_CHANCE = 0.01;

const BASE = { retentionMs: 4 * DAY_MS, isFifo: false };
const FIFO = { ...BASE, isFifo: true };
const dead = (name: string) => ({ name, maxReceiveCount: MAX_RECEIVE_COUNT });

/** Dead-letter queues before those that name them. */
export const QUEUES: readonly QueueFacts[] = [
  { ...BASE, name: "plain-dead" },
  { ...BASE, name: "plain", dead: dead("plain-dead") },
  { ...BASE, name: "fair" },
  { ...BASE, name: "brief", retentionMs: 60 * SECOND_MS },
  { ...FIFO, name: "dead.fifo" },
  { ...FIFO, name: "orders.fifo", dead: dead("dead.fifo") },
  { ...BASE, name: "topic-a" },
  { ...BASE, name: "topic-b", isAwaited: true },
  { ...BASE, name: "bus" },
  { ...BASE, name: "probe", isAwaited: true },
  { ...BASE, name: "work-dead" },
  { ...BASE, name: "work", dead: dead("work-dead") },
  { ...FIFO, name: "work-dead.fifo" },
  { ...FIFO, name: "work.fifo", dead: dead("work-dead.fifo") },
];

/** Queues that a function is fed from, and the function. */
export const MAPPED: Readonly<Record<string, string>> = {
  work: "worker",
  "work.fifo": "fifo-worker",
};

export const arnOf = (queue: string): string =>
  `arn:aws:sqs:${TEST_REGION}:${TEST_ACCOUNT}:${queue}`;
export const urlOf = (queue: string): string => `http://127.0.0.1:4566/${TEST_ACCOUNT}/${queue}`;

type Message = NonNullable<Output<"sqs", "ReceiveMessage">["Messages"]>[number];

export interface Held {
  readonly queue: string;
  readonly id: string;
  readonly handle: string;
  readonly hiddenUntilMs: number;
  readonly deathCount: number;
}

export interface WorldOptions {
  readonly seed: number;
  readonly canary?: Canary | undefined;
}

export class MessagingWorld {
  readonly engine: SimulatedEngine;
  readonly ledger: Ledger = new Ledger();
  readonly random: Random;
  readonly canary: Canary | undefined;
  /** What consumers have received and not answered yet. */
  readonly held: Held[] = [];
  #serial = 0;
  /** By deduplication id: when its first message was accepted. */
  readonly #accepted = new Map<string, { readonly atMs: number; readonly group: string }>();
  readonly #lastHandle = new Map<string, string>();
  /** Handles whose message may be visible sooner than its receive said. */
  readonly #changed = new Set<string>();

  constructor({ seed, canary }: WorldOptions) {
    this.random = createSeededRandom(seed);
    this.engine = new SimulatedEngine(seed, { restartsBodies: seed % 4 === 0 });
    this.canary = canary;
    this.engine.onDeath = () => {
      for (const queue of Object.keys(MAPPED)) {
        this.ledger.lostReceive(queue);
      }
    };
  }

  get nowMs(): number {
    return this.engine.clock.nowMs();
  }

  misbehave(): void {
    this.engine.faultChance = FAULT_CHANCE;
  }

  behave(): void {
    this.engine.faultChance = 0;
  }

  chance(probability: number): boolean {
    return this.random.next() < probability;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.random.next() * values.length)] as T;
  }

  upTo(max: number): number {
    return Math.floor(this.random.next() * (max + 1));
  }

  nextId(): string {
    this.#serial += 1;
    return `m${this.#serial}`;
  }

  /** Runs a call; `undefined` when nobody knows how it ended. */
  async attempt<T>(run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof EngineDied) {
        return undefined;
      }
      throw error;
    }
  }

  async send(
    queue: string,
    options: { readonly delaySeconds?: number; readonly group?: string },
  ): Promise<void> {
    const { delaySeconds = 0, group } = options;
    const id = this.nextId();
    this.#noteSent([queue], id, { delaySeconds, group: undefined });
    const sent = await this.attempt(async () =>
      this.canary === "lost" && this.chance(0.2)
        ? {}
        : this.engine.call("sqs", "SendMessage", {
            QueueUrl: urlOf(queue),
            MessageBody: JSON.stringify({ id }),
            DelaySeconds: this.#givenDelay(delaySeconds),
            MessageGroupId: group,
          }),
    );
    this.#noteAcknowledged([queue], id, sent);
  }

  /** As clients do: again and again with one deduplication id until it is answered. */
  async sendFifo(queue: string, group: string): Promise<void> {
    const reused = this.chance(0.2) ? this.pick([...this.#accepted.keys()]) : undefined;
    const accepted = reused === undefined ? undefined : this.#accepted.get(reused);
    const isReused = accepted !== undefined && reused?.startsWith(queue) === true;
    const id = this.nextId();
    const deduplicationId = isReused ? reused : `${queue}-${id}`;
    const isDuplicate = isReused && this.nowMs < accepted.atMs + DEDUPLICATION_MS;
    if (isDuplicate) {
      this.ledger.sentDuplicate(id);
    } else {
      this.#noteSent([queue], id, { delaySeconds: 0, group });
      this.#accepted.set(deduplicationId, { atMs: this.nowMs, group });
    }
    const isBroken = this.canary === "duplicate" && isDuplicate;
    const input = {
      QueueUrl: urlOf(queue),
      MessageBody: JSON.stringify({ id }),
      MessageGroupId: group,
      MessageDeduplicationId: isBroken ? `${deduplicationId}-${id}` : deduplicationId,
    };
    let sent: unknown;
    while (sent === undefined) {
      sent = await this.attempt(() => this.engine.call("sqs", "SendMessage", input));
    }
    if (!isDuplicate) {
      this.ledger.acknowledged(queue, id);
    }
  }

  async publish(): Promise<void> {
    const queues = ["topic-a", "topic-b"];
    const id = this.nextId();
    this.#noteSent(queues, id, { delaySeconds: 0, group: undefined });
    const published = await this.attempt(() =>
      this.engine.call("sns", "Publish", {
        TopicArn: `arn:aws:sns:${TEST_REGION}:${TEST_ACCOUNT}:topic`,
        Message: JSON.stringify({ id }),
      }),
    );
    this.#noteAcknowledged(queues, id, published);
  }

  async putEvent(): Promise<void> {
    const id = this.nextId();
    this.#noteSent(["bus"], id, { delaySeconds: 0, group: undefined });
    const put = await this.attempt(() =>
      this.engine.call("events", "PutEvents", {
        Entries: [{ Source: "simulation", DetailType: "made", Detail: JSON.stringify({ id }) }],
      }),
    );
    this.#noteAcknowledged(["bus"], id, put);
  }

  /** Receives and tells the ledger; what it got is held. */
  async receive(
    queue: string,
    options: { readonly waitSeconds?: number; readonly visibilitySeconds?: number } = {},
  ): Promise<readonly Held[]> {
    const { waitSeconds = 0, visibilitySeconds = VISIBILITY_SECONDS } = options;
    const answer = await this.attempt(() =>
      this.engine.call("sqs", "ReceiveMessage", {
        QueueUrl: urlOf(queue),
        MaxNumberOfMessages: 1 + this.upTo(9),
        WaitTimeSeconds: waitSeconds,
        VisibilityTimeout: visibilitySeconds,
        MessageSystemAttributeNames: ["All"],
      }),
    );
    if (answer === undefined) {
      this.ledger.lostReceive(queue);
      return [];
    }
    const hiddenUntilMs = this.nowMs + visibilitySeconds * SECOND_MS;
    const messages = this.#distorted(answer.Messages ?? []);
    this.observe(queue, messages, hiddenUntilMs);
    const held = messages.map((message) => ({
      queue,
      id: idOf(message.Body ?? ""),
      handle: message.ReceiptHandle ?? "",
      hiddenUntilMs,
      deathCount: this.engine.deathCount,
    }));
    for (const { id, handle } of held) {
      this.#lastHandle.set(`${queue} ${id}`, handle);
    }
    this.held.push(...held);
    return held;
  }

  /** Tells the ledger of the messages of one receive. */
  observe(
    queue: string,
    messages: readonly Pick<Message, "Body" | "Attributes">[],
    hiddenUntilMs: number,
  ): void {
    const batch = messages.map(
      ({ Body = "", Attributes = {} }): Received => ({
        queue,
        id: idOf(Body),
        receiveCount: Number(Attributes.ApproximateReceiveCount),
        sentMs: Number(Attributes.SentTimestamp),
        hiddenUntilMs,
      }),
    );
    const answers = this.canary === "concurrent" ? batch.map((one) => [one]) : [batch];
    for (const one of answers) {
      this.ledger.received(one, this.nowMs);
    }
  }

  async remove(held: Held): Promise<void> {
    const { queue, id, handle } = held;
    const isLast = this.#lastHandle.get(`${queue} ${id}`) === handle;
    const isHidden = this.nowMs < held.hiddenUntilMs && !this.#changed.has(handle);
    const isInFlight = isHidden && isLast;
    try {
      const answer = await this.attempt(async () => {
        await this.engine.call("sqs", "DeleteMessage", {
          QueueUrl: urlOf(queue),
          ReceiptHandle: handle,
        });
        return true;
      });
      const isCertain = answer === true && isInFlight && held.deathCount === this.engine.deathCount;
      if (isLast) {
        this.ledger.removed(queue, id, { isCertain });
      }
    } catch (error) {
      // A FIFO queue's handle ends with the visibility timeout.
      if (!(error instanceof AwsError && error.message.endsWith("has expired"))) {
        throw error;
      }
    }
  }

  async hide(held: Held, seconds: number): Promise<void> {
    const { queue, id, handle } = held;
    this.#changed.add(handle);
    const isLast = this.#lastHandle.get(`${queue} ${id}`) === handle;
    try {
      const answer = await this.attempt(async () => {
        await this.engine.call("sqs", "ChangeMessageVisibility", {
          QueueUrl: urlOf(queue),
          ReceiptHandle: handle,
          VisibilityTimeout: seconds,
        });
        return true;
      });
      if (isLast && this.canary !== "hidden") {
        const untilMs = this.nowMs + seconds * SECOND_MS;
        this.ledger.hidden(queue, id, untilMs, { isCertain: answer === true });
      }
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
    }
  }

  /** Waits until a queue has something, and again, until the world ends: an attentive consumer. */
  async attend(queue: string, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const held = await this.receive(queue, { waitSeconds: 20 });
      this.held.splice(0, this.held.length, ...this.held.filter((one) => !held.includes(one)));
      for (const one of held) {
        if (isOver() || this.chance(0.8)) {
          await this.remove(one);
        }
      }
    }
  }

  #noteSent(
    queues: readonly string[],
    id: string,
    options: { readonly delaySeconds: number; readonly group: string | undefined },
  ): void {
    const { delaySeconds, group } = options;
    const delayMs = delaySeconds * SECOND_MS;
    if (this.canary === "invented" && this.chance(0.2)) {
      return;
    }
    for (const queue of queues) {
      this.ledger.sent({ queue, id, atMs: this.nowMs, delayMs, group, isAcknowledged: false });
    }
  }

  #noteAcknowledged(queues: readonly string[], id: string, answer: unknown): void {
    if (answer !== undefined) {
      for (const queue of queues) {
        this.ledger.acknowledged(queue, id);
      }
    }
  }

  #givenDelay(delaySeconds: number): number {
    if (this.canary === "early") {
      return 0;
    }
    return this.canary === "late" ? delaySeconds + 1 : delaySeconds;
  }

  #distorted(messages: readonly Message[]): readonly Message[] {
    return this.canary === "order" ? [...messages].reverse() : messages;
  }
}

/** Bodies come as they were sent, inside a notification, or inside an event. */
export function idOf(body: string): string {
  const value = JSON.parse(body);
  if (typeof value.Message === "string") {
    return idOf(value.Message);
  }
  return value.detail?.id ?? value.id;
}
