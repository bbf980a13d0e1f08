import { expect, test } from "vitest";
import { createSqsFixture, type SqsFixture } from "../../testing/sqs-fixture.ts";
import { MessageCounter } from "./message-counts.ts";
import { existingQueue, type Queue } from "./queue.ts";

const NAME = { region: "us-east-1", accountId: "000000000000", name: "q" };

async function filled(count: number): Promise<{ fixture: SqsFixture; url: string; queue: Queue }> {
  const fixture = createSqsFixture();
  const url = await fixture.queue("q");
  for (let at = 0; at < count; at += 1) {
    await fixture.call("SendMessage", { QueueUrl: url, MessageBody: `${at}` });
  }
  return { fixture, url, queue: await fixture.store.read((tx) => existingQueue(tx, NAME)) };
}

test("count: slices miss nothing and count nothing twice", async () => {
  const { fixture, url, queue } = await filled(25);
  await fixture.receive(url);
  for (const rowsPerSlice of [1, 5, 25, 26]) {
    const counter = new MessageCounter(fixture.store, {
      exactRowsMax: 100,
      freshRowsMax: 100,
      rowsPerSlice,
    });
    expect(await counter.count(queue, fixture.clock.nowMs())).toEqual({
      visible: 15,
      inFlight: 10,
      delayed: 0,
    });
    expect(await counter.countInFlight(queue, fixture.clock.nowMs(), 100)).toBe(10);
  }
});

test("count: where much is hidden it stands for a while, but not beyond a purge", async () => {
  const { fixture, url, queue } = await filled(500);
  const nowMs = fixture.clock.nowMs();
  const options = { exactRowsMax: 1_000, freshRowsMax: 100, rowsPerSlice: 100 };
  const counter = new MessageCounter(fixture.store, options);
  await counter.count(queue, nowMs);
  await fixture.call("SendMessage", { QueueUrl: url, MessageBody: "one more" });
  expect((await counter.count(queue, nowMs + 9)).visible).toBe(500);
  expect((await counter.count(queue, nowMs + 10)).visible).toBe(501);
  await fixture.call("PurgeQueue", { QueueUrl: url });
  const purged = await fixture.store.read((tx) => existingQueue(tx, NAME));
  expect((await counter.count(purged, nowMs + 11)).visible).toBe(0);
});

test.each([
  { kind: "standard", name: "q", fields: () => ({}) },
  { kind: "fair", name: "q", fields: (at: number) => ({ MessageGroupId: `${at % 3}` }) },
  {
    kind: "FIFO",
    name: "q.fifo",
    fields: (at: number) => ({ MessageGroupId: `${at % 3}`, MessageDeduplicationId: `${at}` }),
  },
])("count: of a long $kind queue it is the total less what is hidden", async ({ name, fields }) => {
  const fixture = createSqsFixture();
  const url = await fixture.queue(name, name.endsWith(".fifo") ? { FifoQueue: "true" } : {});
  for (let at = 0; at < 40; at += 1) {
    await fixture.call("SendMessage", { QueueUrl: url, MessageBody: `${at}`, ...fields(at) });
  }
  const [gone, kept] = await fixture.receive(url, { MaxNumberOfMessages: 2 });
  await fixture.call("DeleteMessage", { QueueUrl: url, ReceiptHandle: gone?.ReceiptHandle ?? "" });
  expect(kept).toBeDefined();
  const queue = await fixture.store.read((tx) => existingQueue(tx, { ...NAME, name }));
  const estimating = { exactRowsMax: 0, freshRowsMax: 1_000, rowsPerSlice: 3 };
  const scanning = { ...estimating, exactRowsMax: 1_000 };
  const expected = { visible: 38, inFlight: 1, delayed: 0 };
  for (const options of [estimating, scanning]) {
    const counter = new MessageCounter(fixture.store, options);
    expect(await counter.count(queue, fixture.clock.nowMs())).toEqual(expected);
  }
});
