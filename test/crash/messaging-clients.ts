/**
 * Senders and consumers of a running engine that is killed meanwhile. They do what clients do, and
 * tell the ledger what they see. Times are bounds: a message is sent not before its request, and
 * hidden for at least as long as counted from the request of its receive.
 */
import { setTimeout as pause } from "node:timers/promises";
import { createSystemClock } from "../../src/platform/clock.ts";
import type { Random } from "../../src/platform/random.ts";
import type { Ledger, Received } from "../simulation/ledger.ts";

const ACCOUNT = "000000000000";
const VISIBILITY_SECONDS = 1;
/** Between tries while no engine answers. */
const RETRY_MS = 20;
const clock = createSystemClock();

export const arnOf = (queue: string): string => `arn:aws:sqs:us-east-1:${ACCOUNT}:${queue}`;
export const TOPIC_ARN: string = `arn:aws:sns:us-east-1:${ACCOUNT}:topic`;

/** What became of a request: `refused` never reached an engine, of `unknown` nobody knows. */
type Answer =
  | { readonly kind: "answered"; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: "refused" | "unknown" };

interface ClientOptions {
  readonly endpoint: string;
  readonly ledger: Ledger;
  readonly random: Random;
}

interface WireMessage {
  readonly Body: string;
  readonly ReceiptHandle: string;
  readonly Attributes: Readonly<Record<string, string>>;
}

interface Acceptance {
  /** What `received` needs, with the sequence number of FIFO queues. */
  readonly received: Received;
  readonly handle: string;
}

export class MessagingClients {
  readonly #options: ClientOptions;
  acknowledgedCount = 0;
  /** Sequence numbers that did not grow within their group. */
  readonly disorder: string[] = [];
  readonly #lastSequence = new Map<string, { readonly id: number; readonly number: bigint }>();
  #serial = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** One call of the JSON protocol; throws what the engine answers with an error. */
  async call(service: string, operation: string, input: unknown): Promise<Answer> {
    const prefix = service === "sqs" ? "AmazonSQS" : "AWSEvents";
    return this.#post(service, JSON.stringify(input), {
      "content-type": `application/x-amz-json-1.${service === "sqs" ? 0 : 1}`,
      "x-amz-target": `${prefix}.${operation}`,
    });
  }

  /** One call of the query protocol. */
  async callQuery(service: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
    return this.#post(service, new URLSearchParams(fields).toString(), {
      "content-type": "application/x-www-form-urlencoded",
    });
  }

  /** Again and again until it is answered. */
  async insist(call: () => Promise<Answer>): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const answer = await call();
      if (answer.kind === "answered") {
        return answer.body;
      }
      await pause(RETRY_MS);
    }
  }

  urlOf(queue: string): string {
    return `${this.#options.endpoint}/${ACCOUNT}/${queue}`;
  }

  /** Sends once: without an answer nobody knows. */
  async sendOnce(queues: readonly string[], send: (id: string) => Promise<Answer>): Promise<void> {
    const { ledger } = this.#options;
    const id = this.#nextId();
    const sent = { id, atMs: clock.nowMs(), delayMs: 0, isAcknowledged: false, isAgeKnown: false };
    for (const queue of queues) {
      ledger.sent({ ...sent, queue });
    }
    const answer = await send(id);
    if (answer.kind === "answered") {
      this.acknowledgedCount += 1;
      for (const queue of queues) {
        ledger.acknowledged(queue, id);
      }
    } else {
      await pause(RETRY_MS);
    }
  }

  /** Sends with one deduplication id until it is answered. */
  async sendFifo(queue: string, group: string): Promise<void> {
    const { ledger } = this.#options;
    const id = this.#nextId();
    const sent = { id, atMs: clock.nowMs(), delayMs: 0, isAcknowledged: false, isAgeKnown: false };
    ledger.sent({ ...sent, queue, group });
    await this.insist(() =>
      this.call("sqs", "SendMessage", {
        QueueUrl: this.urlOf(queue),
        MessageBody: JSON.stringify({ id }),
        MessageGroupId: group,
        MessageDeduplicationId: id,
      }),
    );
    ledger.acknowledged(queue, id);
    this.acknowledgedCount += 1;
  }

  /** Receives once and answers for most of it; how many it got, or `undefined` without an answer. */
  async consume(
    queue: string,
    options: { readonly failureChance: number },
  ): Promise<number | undefined> {
    const { ledger, random } = this.#options;
    const askedMs = clock.nowMs();
    const answer = await this.call("sqs", "ReceiveMessage", {
      QueueUrl: this.urlOf(queue),
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 0,
      VisibilityTimeout: VISIBILITY_SECONDS,
      MessageSystemAttributeNames: ["All"],
    });
    if (answer.kind !== "answered") {
      if (answer.kind === "unknown") {
        ledger.lostReceive(queue);
      }
      await pause(RETRY_MS);
      return undefined;
    }
    const messages = (answer.body["Messages"] ?? []) as readonly WireMessage[];
    const accepted = messages.map((message) => acceptanceOf(queue, message, askedMs));
    ledger.received(
      accepted.map(({ received }) => received),
      clock.nowMs(),
    );
    this.#checkSequence(queue, messages);
    for (const { received, handle } of accepted) {
      if (random.next() >= options.failureChance) {
        await this.#remove(received, handle);
      }
    }
    return messages.length;
  }

  /** Noted before it is tried: others may see its effect before its answer comes. */
  async #remove({ queue, id, hiddenUntilMs }: Received, handle: string): Promise<void> {
    const { ledger } = this.#options;
    ledger.removed(queue, id, { isCertain: false });
    const answer = await this.call("sqs", "DeleteMessage", {
      QueueUrl: this.urlOf(queue),
      ReceiptHandle: handle,
    }).catch((error: unknown) => {
      // It came too late, after the visibility timeout.
      if (!String(error).includes("has expired")) {
        throw error;
      }
      return undefined;
    });
    if (answer?.kind === "answered" && clock.nowMs() < hiddenUntilMs) {
      ledger.removed(queue, id, { isCertain: true });
    }
  }

  #checkSequence(queue: string, messages: readonly WireMessage[]): void {
    for (const { Body, Attributes } of messages) {
      const { MessageGroupId: group, SequenceNumber: sequence } = Attributes;
      if (group !== undefined && sequence !== undefined) {
        const id = Number(idOf(Body).slice(1));
        const key = `${queue} ${group}`;
        const last = this.#lastSequence.get(key);
        if (
          last !== undefined &&
          id > last.id !== BigInt(sequence) > last.number &&
          id !== last.id
        ) {
          this.disorder.push(`${sequence} of m${id} after ${last.number} of m${last.id}`);
        }
        this.#lastSequence.set(key, { id, number: BigInt(sequence) });
      }
    }
  }

  #nextId(): string {
    this.#serial += 1;
    return `m${this.#serial}`;
  }

  async #post(
    service: string,
    body: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const scope = `${ACCOUNT}/20260101/us-east-1/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
    let response: Response;
    let text: string;
    try {
      const all = { ...headers, authorization };
      response = await fetch(this.#options.endpoint, { method: "POST", headers: all, body });
      text = await response.text();
    } catch (error) {
      const { cause } = error as { readonly cause?: { readonly code?: string } };
      return { kind: cause?.code === "ECONNREFUSED" ? "refused" : "unknown" };
    }
    if (!response.ok) {
      throw new Error(`${response.status} ${text}`);
    }
    return { kind: "answered", body: text.startsWith("{") ? JSON.parse(text) : {} };
  }
}

function acceptanceOf(queue: string, message: WireMessage, askedMs: number): Acceptance {
  const { Body, ReceiptHandle: handle, Attributes } = message;
  const received = {
    queue,
    id: idOf(Body),
    receiveCount: Number(Attributes["ApproximateReceiveCount"]),
    sentMs: Number(Attributes["SentTimestamp"]),
    hiddenUntilMs: askedMs + VISIBILITY_SECONDS * 1_000,
  };
  return { received, handle };
}

/** Bodies come as they were sent, inside a notification, or inside an event. */
function idOf(body: string): string {
  const value = JSON.parse(body);
  return typeof value.Message === "string" ? idOf(value.Message) : (value.detail?.id ?? value.id);
}
