/** Random histories of a queue against a model that is too simple to be wrong. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSqsFixture, type SqsFixture } from "../../testing/sqs-fixture.ts";

interface ModelMessage {
  readonly body: string;
  readonly sentMs: number;
  visibleAtMs: number;
  receiveCount: number;
  /** The handle that is good, once there is one. */
  handle: string | undefined;
  isDead: boolean;
}

type Step =
  | { readonly kind: "send"; readonly delaySeconds: number; readonly isLong: boolean }
  | { readonly kind: "receive"; readonly max: number; readonly timeoutSeconds: number }
  | { readonly kind: "delete"; readonly pick: number }
  | { readonly kind: "change"; readonly pick: number; readonly timeoutSeconds: number }
  | { readonly kind: "advance"; readonly ms: number }
  | { readonly kind: "purge" };

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("send" as const),
        delaySeconds: fc.nat(5),
        isLong: fc.boolean(),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("receive" as const),
        max: fc.integer({ min: 1, max: 10 }),
        timeoutSeconds: fc.nat(6),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("delete" as const), pick: fc.nat(7) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("change" as const),
        pick: fc.nat(7),
        timeoutSeconds: fc.nat(8),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant("advance" as const), ms: fc.nat(7000) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("purge" as const) }) },
  ),
  { minLength: 20, maxLength: 120, size: "max" },
);

const RETENTION_SECONDS = 60;
const RECEIVES_MAX = 3;

/** What AWS promises of a standard queue, and the order that Millrace adds. */
class Model {
  messages: ModelMessage[] = [];
  readonly handles: { readonly handle: string; readonly message: ModelMessage }[] = [];
  purgedMs: number = Number.NEGATIVE_INFINITY;

  #live(nowMs: number): ModelMessage[] {
    return this.messages.filter((message) => nowMs < message.sentMs + RETENTION_SECONDS * 1000);
  }

  receivable(nowMs: number, max: number): ModelMessage[] {
    const visible = this.#live(nowMs)
      .filter((message) => !message.isDead && message.visibleAtMs <= nowMs)
      .sort((a, b) => a.visibleAtMs - b.visibleAtMs || this.#age(a) - this.#age(b));
    const taken: ModelMessage[] = [];
    for (const message of visible) {
      if (taken.length === max) {
        break;
      }
      if (message.receiveCount === RECEIVES_MAX) {
        message.isDead = true;
      } else {
        taken.push(message);
      }
    }
    return taken;
  }

  deadBodies(nowMs: number): readonly string[] {
    return this.#live(nowMs)
      .filter((message) => message.isDead)
      .map((message) => message.body)
      .sort();
  }

  /** One of the last handles: an old one is seldom of a message that is still there. */
  owner(pick: number): { readonly handle: string; readonly message: ModelMessage } | undefined {
    return this.handles.at(-1 - pick);
  }

  canChange(handle: string, message: ModelMessage, nowMs: number): boolean {
    const isThere = this.#live(nowMs).includes(message) && !message.isDead;
    return isThere && message.handle === handle && message.visibleAtMs > nowMs;
  }

  #age(message: ModelMessage): number {
    return this.messages.indexOf(message);
  }
}

async function run(fixture: SqsFixture, urls: Urls, model: Model, step: Step): Promise<void> {
  const { call, clock, receive } = fixture;
  const nowMs = clock.nowMs();
  const QueueUrl = urls.queue;
  switch (step.kind) {
    case "send": {
      const body = `${model.messages.length}-${nowMs}${step.isLong ? "x".repeat(5000) : ""}`;
      await call("SendMessage", { QueueUrl, MessageBody: body, DelaySeconds: step.delaySeconds });
      const visibleAtMs = nowMs + step.delaySeconds * 1000;
      model.messages.push({
        body,
        sentMs: nowMs,
        visibleAtMs,
        receiveCount: 0,
        handle: undefined,
        isDead: false,
      });
      return;
    }
    case "receive": {
      const expected = model.receivable(nowMs, step.max);
      const options = { MaxNumberOfMessages: step.max, VisibilityTimeout: step.timeoutSeconds };
      const received = await receive(QueueUrl, options);
      expect(received.map((message) => message.Body)).toEqual(expected.map(({ body }) => body));
      expected.forEach((message, at) => {
        message.receiveCount += 1;
        message.visibleAtMs = nowMs + step.timeoutSeconds * 1000;
        message.handle = received[at]?.ReceiptHandle ?? "";
        model.handles.push({ handle: message.handle, message });
        expect(received[at]?.Attributes?.["ApproximateReceiveCount"]).toBe(
          `${message.receiveCount}`,
        );
      });
      return;
    }
    case "delete": {
      const owner = model.owner(step.pick);
      if (owner !== undefined) {
        await call("DeleteMessage", { QueueUrl, ReceiptHandle: owner.handle });
        if (owner.message.handle === owner.handle && !owner.message.isDead) {
          model.messages = model.messages.filter((message) => message !== owner.message);
        }
      }
      return;
    }
    case "change": {
      const owner = model.owner(step.pick);
      if (owner !== undefined) {
        const mayChange = model.canChange(owner.handle, owner.message, nowMs);
        const change = call("ChangeMessageVisibility", {
          QueueUrl,
          ReceiptHandle: owner.handle,
          VisibilityTimeout: step.timeoutSeconds,
        });
        await (mayChange ? change : expect(change).rejects.toThrow());
        if (mayChange) {
          owner.message.visibleAtMs = nowMs + step.timeoutSeconds * 1000;
        }
      }
      return;
    }
    case "advance":
      await clock.advance(step.ms);
      return;
    case "purge":
      if (nowMs >= model.purgedMs + 60_000) {
        await call("PurgeQueue", { QueueUrl });
        model.messages = model.messages.filter((message) => message.isDead);
        model.purgedMs = nowMs;
      }
      return;
  }
}

interface Urls {
  readonly queue: string;
  readonly dead: string;
}

test("queue: behaves as the model over random histories", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), async (history, seed) => {
      const fixture = createSqsFixture({ seed });
      const dead = await fixture.queue("dead", { MessageRetentionPeriod: `${RETENTION_SECONDS}` });
      const queue = await fixture.queue("q", {
        MessageRetentionPeriod: `${RETENTION_SECONDS}`,
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead",
          maxReceiveCount: RECEIVES_MAX,
        }),
      });
      const model = new Model();
      for (const step of history) {
        await run(fixture, { queue, dead }, model, step);
      }
      const buried: (string | undefined)[] = [];
      for (let batch = await fixture.bodies(dead); batch.length > 0; ) {
        buried.push(...batch);
        batch = await fixture.bodies(dead);
      }
      expect(buried.sort()).toEqual(model.deadBodies(fixture.clock.nowMs()));
      await fixture.clock.advance((RETENTION_SECONDS * 2 + 120) * 1000);
      const rows = await fixture.store.read((tx) =>
        ["message", "content", "moved"].flatMap((kind) => [...tx.range({ prefix: ["sqs", kind] })]),
      );
      expect(rows).toEqual([]);
    }),
    { numRuns: 100 },
  );
}, 180_000);
