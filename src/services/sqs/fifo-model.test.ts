/** Random histories of a FIFO queue: what AWS promises of groups holds after every receive. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSqsFixture, type Received, type SqsFixture } from "../../testing/sqs-fixture.ts";

const GROUPS = ["a", "b", "c"];

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("send" as const),
      group: fc.constantFrom(...GROUPS),
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
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("delete" as const), pick: fc.nat(5) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("change" as const),
      pick: fc.nat(5),
      timeoutSeconds: fc.nat(8),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("advance" as const), ms: fc.nat(5000) }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface ModelMessage {
  readonly body: string;
  visibleAtMs: number;
  handle: string | undefined;
}

/** Each group's messages in the order of sending; deleted ones are gone. */
class Model {
  readonly groups: ReadonlyMap<string, ModelMessage[]> = new Map(GROUPS.map((name) => [name, []]));
  readonly handles: { readonly handle: string; readonly group: string }[] = [];
  sentCount = 0;

  isLocked(group: string, nowMs: number): boolean {
    return (this.groups.get(group) ?? []).some((message) => message.visibleAtMs > nowMs);
  }

  find(pick: number): { readonly message: ModelMessage; readonly handle: string } | undefined {
    const known = this.handles.at(-1 - pick);
    const message = this.groups
      .get(known?.group ?? "")
      ?.find(({ handle }) => handle === known?.handle);
    return known && message && { message, handle: known.handle };
  }
}

function checkReceived(
  model: Model,
  received: readonly Received[],
  given: Step,
  nowMs: number,
): void {
  if (given.kind !== "receive") {
    return;
  }
  const free = GROUPS.filter((group) => !model.isLocked(group, nowMs));
  const available = free.reduce((sum, group) => sum + (model.groups.get(group)?.length ?? 0), 0);
  expect(received.length).toBe(Math.min(given.max, available));
  for (const group of GROUPS) {
    const messages = model.groups.get(group) ?? [];
    const taken = received.filter((message) => message.Attributes?.["MessageGroupId"] === group);
    if (!free.includes(group)) {
      expect(taken).toEqual([]);
    }
    const expected = messages.slice(0, taken.length).map(({ body }) => body);
    expect(taken.map((message) => message.Body)).toEqual(expected);
    taken.forEach((message, at) => {
      const known = messages[at];
      if (known !== undefined) {
        known.visibleAtMs = nowMs + given.timeoutSeconds * 1000;
        known.handle = message.ReceiptHandle;
        model.handles.push({ handle: message.ReceiptHandle ?? "", group });
      }
    });
  }
}

async function run(fixture: SqsFixture, url: string, model: Model, given: Step): Promise<void> {
  const nowMs = fixture.clock.nowMs();
  switch (given.kind) {
    case "send": {
      model.sentCount += 1;
      const body = `${model.sentCount}${given.isLong ? "x".repeat(5000) : ""}`;
      const request = { QueueUrl: url, MessageBody: body, MessageGroupId: given.group };
      await fixture.call("SendMessage", request);
      model.groups.get(given.group)?.push({ body, visibleAtMs: 0, handle: undefined });
      return;
    }
    case "receive": {
      const received = await fixture.receive(url, {
        MaxNumberOfMessages: given.max,
        VisibilityTimeout: given.timeoutSeconds,
      });
      checkReceived(model, received, given, nowMs);
      return;
    }
    case "delete": {
      const found = model.find(given.pick);
      if (found !== undefined) {
        const call = fixture.call("DeleteMessage", { QueueUrl: url, ReceiptHandle: found.handle });
        const isInFlight = found.message.visibleAtMs > nowMs;
        await (isInFlight ? call : expect(call).rejects.toThrow("has expired"));
        for (const messages of isInFlight ? model.groups.values() : []) {
          const at = messages.indexOf(found.message);
          messages.splice(at, at === -1 ? 0 : 1);
        }
      }
      return;
    }
    case "change": {
      const found = model.find(given.pick);
      if (found !== undefined && found.message.visibleAtMs > nowMs) {
        await fixture.call("ChangeMessageVisibility", {
          QueueUrl: url,
          ReceiptHandle: found.handle,
          VisibilityTimeout: given.timeoutSeconds,
        });
        found.message.visibleAtMs = nowMs + given.timeoutSeconds * 1000;
      }
      return;
    }
    case "advance":
      await fixture.clock.advance(given.ms);
  }
}

test("fifo: groups stay in order and are never handed out concurrently", async () => {
  const histories = fc.array(step, { minLength: 20, maxLength: 120, size: "max" });
  await fc.assert(
    fc.asyncProperty(histories, fc.nat(), async (history, seed) => {
      const fixture = createSqsFixture({ seed });
      const attributes = { FifoQueue: "true", ContentBasedDeduplication: "true" };
      const url = await fixture.queue("q.fifo", attributes);
      const model = new Model();
      for (const given of history) {
        await run(fixture, url, model, given);
      }
    }),
    { numRuns: 100 },
  );
}, 180_000);
