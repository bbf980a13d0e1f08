import fc from "fast-check";
import { expect, test } from "vitest";
import { createSqsFixture, type SqsFixture } from "../../testing/sqs-fixture.ts";

async function send(
  fixture: SqsFixture,
  url: string,
  group: string | undefined,
  count: number,
): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    await fixture.call("SendMessage", {
      QueueUrl: url,
      MessageBody: `${group ?? "none"} ${at}`,
      MessageGroupId: group,
    });
  }
}

/** Receives until `count` messages are in flight, or none is left; answers their groups. */
async function take(fixture: SqsFixture, url: string, count: number): Promise<readonly string[]> {
  const groups: string[] = [];
  while (groups.length < count) {
    const wanted = Math.min(10, count - groups.length);
    const messages = await fixture.receive(url, { MaxNumberOfMessages: wanted });
    if (messages.length === 0) {
      break;
    }
    groups.push(...messages.map(({ Body = "" }) => Body.split(" ")[0] ?? ""));
  }
  return groups;
}

test("receive: who is quiet comes before the backlog of a noisy neighbour", async () => {
  const fixture = createSqsFixture();
  const url = await fixture.queue("q");
  await send(fixture, url, "noisy", 100);
  await fixture.clock.advance(1);
  await send(fixture, url, "quiet", 3);
  await fixture.clock.advance(1);
  await send(fixture, url, undefined, 2);
  // It is noisy with the 30th message in flight, not before.
  expect(await take(fixture, url, 30)).toEqual(Array(30).fill("noisy"));
  expect(await take(fixture, url, 5)).toEqual(["quiet", "quiet", "quiet", "none", "none"]);
  expect(await take(fixture, url, 100)).toEqual(Array(70).fill("noisy"));
});

test("receive: without a noisy neighbour messages come in the order of their sending", async () => {
  const fixture = createSqsFixture();
  const url = await fixture.queue("q");
  const sent = ["a", "b", undefined, "a", "c", "b", undefined, "a"];
  for (const group of sent) {
    await send(fixture, url, group, 1);
    await fixture.clock.advance(1);
  }
  expect(await take(fixture, url, 20)).toEqual(sent.map((group) => group ?? "none"));
});

test("receive: of noisy neighbours the one with the fewest messages in flight comes first", async () => {
  const fixture = createSqsFixture();
  const url = await fixture.queue("q");
  await send(fixture, url, "a", 80);
  await fixture.clock.advance(1);
  await send(fixture, url, "b", 80);
  await take(fixture, url, 30);
  const groups = await take(fixture, url, 60);
  expect(groups.filter((group) => group === "b").length).toBe(45);
});

test.each(["delete", "visibility timeout", "change of visibility"])(
  "receive: a neighbour is quiet again once its messages are not in flight (%s)",
  async (way) => {
    const fixture = createSqsFixture();
    const url = await fixture.queue("q", { VisibilityTimeout: "60" });
    await send(fixture, url, "noisy", 60);
    const messages = [];
    while (messages.length < 30) {
      messages.push(...(await fixture.receive(url)));
    }
    await fixture.clock.advance(1);
    await send(fixture, url, "quiet", 1);
    for (const { ReceiptHandle = "" } of messages.slice(0, 20)) {
      const one = { QueueUrl: url, ReceiptHandle };
      if (way === "delete") {
        await fixture.call("DeleteMessage", one);
      } else if (way === "change of visibility") {
        await fixture.call("ChangeMessageVisibility", { ...one, VisibilityTimeout: 0 });
      }
    }
    await fixture.clock.advance(way === "visibility timeout" ? 60_000 : 1);
    expect((await take(fixture, url, 10)).includes("noisy")).toBe(true);
  },
);

test("receive: a neighbour that was sent nothing for five minutes is quiet", async () => {
  const fixture = createSqsFixture();
  const url = await fixture.queue("q", { VisibilityTimeout: "1000" });
  await send(fixture, url, "noisy", 60);
  await take(fixture, url, 40);
  await fixture.clock.advance(5 * 60_000);
  await send(fixture, url, "late", 1);
  expect((await take(fixture, url, 1))[0]).toBe("noisy");
});

test("receive: a queue that becomes fair loses nothing, and old handles stay good", async () => {
  const fixture = createSqsFixture();
  const url = await fixture.queue("q");
  await send(fixture, url, undefined, 4);
  const [first, second] = await fixture.receive(url, { MaxNumberOfMessages: 2 });
  await send(fixture, url, "a", 2);
  await fixture.clock.advance(30_000);
  const handleOf = (message: typeof first) => message?.ReceiptHandle ?? "";
  await fixture.call("DeleteMessage", { QueueUrl: url, ReceiptHandle: handleOf(first) });
  const [third] = await fixture.receive(url, { MaxNumberOfMessages: 1 });
  expect(third?.Body).toBe("none 2");
  await fixture.call("DeleteMessage", { QueueUrl: url, ReceiptHandle: handleOf(second) });
  expect((await fixture.receive(url)).map(({ Body }) => Body)).toEqual(["none 3", "a 0", "a 1"]);
  expect((await fixture.attributes(url))["ApproximateNumberOfMessages"]).toBe("0");
});

test("receive: dead letters of a fair queue keep their groups, and share is counted there", async () => {
  const fixture = createSqsFixture();
  const dead = await fixture.queue("dead");
  const url = await fixture.queue("q", {
    VisibilityTimeout: "0",
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead",
      maxReceiveCount: 1,
    }),
  });
  await send(fixture, url, "noisy", 40);
  await send(fixture, url, "quiet", 1);
  for (let round = 0; round < 12; round += 1) {
    await fixture.receive(url);
  }
  expect((await fixture.attributes(dead))["ApproximateNumberOfMessages"]).toBe("41");
  expect(await take(fixture, dead, 31)).toEqual([...Array(30).fill("noisy"), "quiet"]);
});

test("purge and retention: what waits in lanes goes too", async () => {
  const fixture = createSqsFixture();
  const url = await fixture.queue("q", { MessageRetentionPeriod: "60" });
  await send(fixture, url, "a", 5);
  await fixture.call("PurgeQueue", { QueueUrl: url });
  await send(fixture, url, "a", 3);
  expect((await fixture.attributes(url))["ApproximateNumberOfMessages"]).toBe("3");
  await fixture.clock.advance(61_000);
  const left = await fixture.store.read((tx) =>
    ["message", "lane", "lane-due", "tenant", "content", "moved"].flatMap((kind) => [
      ...tx.range({ prefix: ["sqs", kind] }),
    ]),
  );
  expect(left).toEqual([]);
});

test("property: a fair queue hands out every message, and its counters end at zero", async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("send" as const), group: fc.constantFrom(undefined, "a", "b") }),
    fc.record({ do: fc.constant("take" as const), count: fc.integer({ min: 1, max: 10 }) }),
    fc.record({ do: fc.constant("wait" as const), seconds: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ do: fc.constant("delete" as const), nth: fc.nat(5) }),
    fc.record({ do: fc.constant("hide" as const), nth: fc.nat(5), seconds: fc.nat(15) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const fixture = createSqsFixture();
      const url = await fixture.queue("q", { VisibilityTimeout: "10" });
      const held: string[] = [];
      const open = new Set<string>();
      let sent = 0;
      for (const one of steps) {
        const handle = "nth" in one ? held[one.nth] : undefined;
        const target = { QueueUrl: url, ReceiptHandle: handle ?? "" };
        if (one.do === "send") {
          sent += 1;
          const fields = { MessageBody: `m${sent}`, MessageGroupId: one.group };
          await fixture.call("SendMessage", { QueueUrl: url, ...fields });
          open.add(`m${sent}`);
        } else if (one.do === "take") {
          const got = await fixture.receive(url, { MaxNumberOfMessages: one.count });
          expect(got.every(({ Body = "" }) => open.has(Body))).toBe(true);
          held.unshift(...got.map(({ ReceiptHandle = "" }) => ReceiptHandle));
        } else if (one.do === "wait") {
          await fixture.clock.advance(one.seconds * 1000);
        } else if (one.do === "delete" && handle !== undefined) {
          const before = await bodiesLeft(fixture);
          await fixture.call("DeleteMessage", target);
          const after = await bodiesLeft(fixture);
          expect(before.length - after.length).toBeLessThanOrEqual(1);
          const [gone] = before.filter((body) => !after.includes(body));
          open.delete(gone ?? "");
        } else if (one.do === "hide" && handle !== undefined) {
          const change = { ...target, VisibilityTimeout: one.seconds };
          await fixture.call("ChangeMessageVisibility", change).catch(() => undefined);
        }
      }
      await fixture.clock.advance(20_000);
      const left: string[] = [];
      for (;;) {
        const got = await fixture.receive(url);
        if (got.length === 0) {
          break;
        }
        for (const { Body = "", ReceiptHandle = "" } of got) {
          left.push(Body);
          await fixture.call("DeleteMessage", { QueueUrl: url, ReceiptHandle });
        }
      }
      expect(left.sort()).toEqual([...open].sort());
      const counters = await fixture.store.read((tx) => [
        ...tx.range({ prefix: ["sqs", "tenant"] }),
        ...tx.range({ prefix: ["sqs", "lane-due"] }),
      ]);
      expect(counters).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

/** Bodies of all messages in the store, wherever they are. */
async function bodiesLeft(fixture: SqsFixture): Promise<readonly string[]> {
  const rows = await fixture.store.read((tx) => [
    ...tx.range({ prefix: ["sqs", "message"] }),
    ...tx.range({ prefix: ["sqs", "lane"] }),
  ]);
  return rows.map(({ value }) => /m\d+/.exec(Buffer.from(value).toString("latin1"))?.[0] ?? "?");
}
