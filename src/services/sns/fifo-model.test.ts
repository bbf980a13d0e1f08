/** FIFO topics against a naive model: what is admitted, how it is numbered, in which order it comes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSnsFixture } from "../../testing/sns-fixture.ts";

const MINUTE_MS = 60_000;
const WINDOW_MS = 5 * MINUTE_MS;

const commands = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ group: fc.nat(2), id: fc.nat(4) }) },
    { weight: 1, arbitrary: fc.record({ advanceMs: fc.integer({ min: 1, max: 4 * MINUTE_MS }) }) },
  ),
  { maxLength: 40 },
);

class Model {
  readonly #isByGroup: boolean;
  readonly #seen = new Map<string, { readonly ms: number; readonly number: number }>();
  readonly delivered = new Map<string, string[]>();
  #count = 0;

  constructor(isByGroup: boolean) {
    this.#isByGroup = isByGroup;
  }

  /** The number that the publisher is told: 1 for the first message. */
  publish(nowMs: number, group: string, id: string): number {
    const key = this.#isByGroup ? `${group}/${id}` : id;
    const seen = this.#seen.get(key);
    if (seen !== undefined && nowMs < seen.ms + WINDOW_MS) {
      return seen.number;
    }
    this.#count += 1;
    this.#seen.set(key, { ms: nowMs, number: this.#count });
    this.delivered.set(group, [...(this.delivered.get(group) ?? []), `${this.#count}`]);
    return this.#count;
  }
}

test.each(["Topic", "MessageGroup"])(
  "publish: deduplicates by %s and keeps the order of groups",
  async (scope) => {
    await fc.assert(
      fc.asyncProperty(commands, async (steps) => {
        const { call, sqs, subscribedQueue, topic } = createSnsFixture();
        const TopicArn = await topic("orders.fifo", {
          FifoTopic: "true",
          FifoThroughputScope: scope,
        });
        const { url } = await subscribedQueue(TopicArn, "inbox");
        const model = new Model(scope === "MessageGroup");
        for (const step of steps) {
          if ("advanceMs" in step) {
            await sqs.clock.advance(step.advanceMs);
            continue;
          }
          const [MessageGroupId, MessageDeduplicationId] = [`g${step.group}`, `d${step.id}`];
          const ids = { MessageGroupId, MessageDeduplicationId };
          const { SequenceNumber } = await call("Publish", { TopicArn, Message: "x", ...ids });
          const number = model.publish(sqs.clock.nowMs(), MessageGroupId, MessageDeduplicationId);
          expect(SequenceNumber).toBe(`1${String(number * 1000).padStart(19, "0")}`);
        }
        const delivered = new Map<string, string[]>();
        for (let got = await sqs.receive(url); got.length > 0; got = await sqs.receive(url)) {
          for (const { Body = "{}", Attributes } of got) {
            const group = Attributes?.MessageGroupId ?? "";
            const number = Number(JSON.parse(Body).SequenceNumber.slice(1)) / 1000;
            delivered.set(group, [...(delivered.get(group) ?? []), `${number}`]);
          }
        }
        expect(delivered).toEqual(model.delivered);
      }),
      { numRuns: 25 },
    );
  },
);
