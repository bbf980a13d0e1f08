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
    const counter = new MessageCounter(fixture.store, { freshRowsMax: 100, rowsPerSlice });
    expect(await counter.count(queue, fixture.clock.nowMs())).toEqual({
      visible: 15,
      inFlight: 10,
      delayed: 0,
    });
    expect(await counter.countInFlight(queue, fixture.clock.nowMs(), 100)).toBe(10);
  }
});

test("count: that of a long queue stands for a while, but not beyond a purge", async () => {
  const { fixture, url, queue } = await filled(500);
  const nowMs = fixture.clock.nowMs();
  const counter = new MessageCounter(fixture.store, { freshRowsMax: 100, rowsPerSlice: 100 });
  await counter.count(queue, nowMs);
  await fixture.call("SendMessage", { QueueUrl: url, MessageBody: "one more" });
  expect((await counter.count(queue, nowMs + 9)).visible).toBe(500);
  expect((await counter.count(queue, nowMs + 10)).visible).toBe(501);
  await fixture.call("PurgeQueue", { QueueUrl: url });
  const purged = await fixture.store.read((tx) => existingQueue(tx, NAME));
  expect((await counter.count(purged, nowMs + 11)).visible).toBe(0);
});
