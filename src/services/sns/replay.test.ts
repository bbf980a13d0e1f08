import { describe, expect, test } from "vitest";
import { createSnsFixture, type SnsFixture } from "../../testing/sns-fixture.ts";

const DAY_MS = 86_400_000;
const SQS = "arn:aws:sqs:us-east-1:000000000000";
const RAW = { RawMessageDelivery: "true" };

/** A FIFO topic that archives for ten days, and what tests do with it. */
async function archiving() {
  const fixture = createSnsFixture();
  const TopicArn = await fixture.topic("orders.fifo", {
    FifoTopic: "true",
    ContentBasedDeduplication: "true",
    ArchivePolicy: '{"MessageRetentionPeriod":"10"}',
  });
  const publish = (Message: string, kind = "a") =>
    fixture.call("Publish", {
      TopicArn,
      Message,
      MessageGroupId: "g",
      MessageAttributes: { kind: { DataType: "String", StringValue: kind } },
    });
  return { ...fixture, TopicArn, publish };
}

const replayFrom = (startMs: number, endMs?: number): string =>
  JSON.stringify({
    PointType: "Timestamp",
    StartingPoint: new Date(startMs).toISOString(),
    ...(endMs !== undefined && { EndingPoint: new Date(endMs).toISOString() }),
  });

async function statusOf({ call }: SnsFixture, SubscriptionArn: string): Promise<string> {
  const { Attributes } = await call("GetSubscriptionAttributes", { SubscriptionArn });
  return Attributes?.["ReplayStatus"] ?? "none";
}

async function everything({ sqs }: SnsFixture, url: string): Promise<readonly string[]> {
  const all: string[] = [];
  for (let bodies = await sqs.bodies(url); bodies.length > 0; bodies = await sqs.bodies(url)) {
    all.push(...bodies.map(String));
  }
  return all;
}

describe("archive and replay", () => {
  test("replay: a new subscription gets what was published, in order, then what comes", async () => {
    const fixture = await archiving();
    const { sqs, TopicArn, publish } = fixture;
    const expected = Array.from({ length: 250 }, (_, at) => `m${at}`);
    for (const message of expected) {
      await publish(message);
    }
    const { url, subscriptionArn } = await fixture.subscribedQueue(TopicArn, "a", {
      ...RAW,
      ReplayPolicy: replayFrom(sqs.clock.nowMs()),
    });
    expect(await statusOf(fixture, subscriptionArn)).toMatch(/^(Pending|In progress)$/);
    await publish("meanwhile");
    await sqs.clock.advance(100);
    expect(await statusOf(fixture, subscriptionArn)).toBe("Completed");
    await publish("later");
    expect(await everything(fixture, url)).toEqual([...expected, "meanwhile", "later"]);
  });

  test("replay: keeps id, number and time, and says that it is one", async () => {
    const fixture = await archiving();
    const { sqs, TopicArn, publish } = fixture;
    const { MessageId, SequenceNumber } = await publish("old");
    await sqs.clock.advance(60_000);
    const ReplayPolicy = replayFrom(sqs.clock.nowMs() - 60_000);
    const { url } = await fixture.subscribedQueue(TopicArn, "a", { ReplayPolicy });
    await sqs.clock.advance(1);
    await publish("new");
    const [old, fresh] = (await everything(fixture, url)).map((body) => JSON.parse(body));
    expect(old).toMatchObject({
      Message: "old",
      MessageId,
      SequenceNumber,
      Replayed: "true",
      Timestamp: "2026-01-01T00:00:00.000Z",
    });
    expect(fresh).not.toHaveProperty("Replayed");
  });

  test("replay: a raw message has the attribute Replayed", async () => {
    const fixture = await archiving();
    const { sqs, TopicArn, publish } = fixture;
    await publish("old");
    const ReplayPolicy = replayFrom(sqs.clock.nowMs());
    const { url } = await fixture.subscribedQueue(TopicArn, "a", { ...RAW, ReplayPolicy });
    await sqs.clock.advance(1);
    expect(await sqs.receive(url)).toMatchObject([
      { Body: "old", MessageAttributes: { Replayed: { StringValue: "true" } } },
    ]);
  });

  test("replay: between two points, filtered, and nothing that is published later", async () => {
    const fixture = await archiving();
    const { sqs, TopicArn, publish } = fixture;
    const startMs = sqs.clock.nowMs();
    for (const message of ["0", "1", "2", "3"]) {
      await publish(message, message === "2" ? "b" : "a");
      await sqs.clock.advance(1_000);
    }
    const { url, subscriptionArn } = await fixture.subscribedQueue(TopicArn, "a", {
      ...RAW,
      FilterPolicy: '{"kind":["a"]}',
      ReplayPolicy: replayFrom(startMs + 1_000, startMs + 3_000),
    });
    await sqs.clock.advance(10);
    await publish("later");
    expect(await everything(fixture, url)).toEqual(["1", "3"]);
    await fixture.call("SetSubscriptionAttributes", {
      SubscriptionArn: subscriptionArn,
      AttributeName: "ReplayPolicy",
      AttributeValue: "{}",
    });
    await publish("after the replay");
    expect(await everything(fixture, url)).toEqual(["after the replay"]);
    expect(await statusOf(fixture, subscriptionArn)).toBe("none");
  });

  test("archive: ends with its retention, and with its policy", async () => {
    const fixture = await archiving();
    const { call, sqs, TopicArn, publish } = fixture;
    const bornMs = sqs.clock.nowMs();
    const rows = () =>
      sqs.store.read((tx) => [...tx.range({ prefix: ["sns", "archived"] })].length);
    const beginning = async () =>
      (await call("GetTopicAttributes", { TopicArn })).Attributes?.["BeginningArchiveTime"];
    const setPolicy = (AttributeValue: string) =>
      call("SetTopicAttributes", { TopicArn, AttributeName: "ArchivePolicy", AttributeValue });
    await publish("old");
    await sqs.clock.advance(5 * DAY_MS);
    await publish("young");
    expect(await beginning()).toBe(new Date(bornMs).toISOString());
    await sqs.clock.advance(5 * DAY_MS + 1);
    expect(await beginning()).toBe(new Date(bornMs + 1).toISOString());
    const ReplayPolicy = replayFrom(bornMs);
    const { url } = await fixture.subscribedQueue(TopicArn, "a", { ...RAW, ReplayPolicy });
    await sqs.clock.advance(3_600_000);
    expect(await everything(fixture, url)).toEqual(["young"]);
    expect(await rows()).toBe(1);
    await expect(call("DeleteTopic", { TopicArn })).rejects.toMatchObject({
      code: "InvalidState",
      message: "Invalid state: Cannot delete a topic with an ArchivePolicy",
    });
    await setPolicy("{}");
    await sqs.clock.advance(1);
    expect(await rows()).toBe(0);
    expect(await beginning()).toBeUndefined();
    await call("DeleteTopic", { TopicArn });
  });

  test.each([
    ['{"MessageRetentionPeriod":"0"}', "MessageRetentionPeriod"],
    ['{"MessageRetentionPeriod":"366"}', "MessageRetentionPeriod"],
    ['{"Days":"1"}', "Days"],
    ["{", "JSON"],
    ["", "JSON"],
  ])("archive: refuses the policy %s", async (AttributeValue, message) => {
    const { call, TopicArn } = await archiving();
    await expect(
      call("SetTopicAttributes", { TopicArn, AttributeName: "ArchivePolicy", AttributeValue }),
    ).rejects.toMatchObject({
      code: "InvalidParameter",
      message: expect.stringContaining(message),
    });
  });

  test.each([
    ['{"PointType":"Offset","StartingPoint":"2026-01-01T00:00:00Z"}', "PointType"],
    ['{"PointType":"Timestamp"}', "StartingPoint"],
    [replayFrom(1_000, 0), "EndingPoint"],
    ["[]", "JSON"],
  ])("replay: refuses the policy %s", async (ReplayPolicy, message) => {
    const fixture = await archiving();
    await expect(
      fixture.subscribedQueue(fixture.TopicArn, "a", { ReplayPolicy }),
    ).rejects.toMatchObject({
      code: "InvalidParameter",
      message: expect.stringContaining(message),
    });
  });

  test("replay: is refused where nothing is archived", async () => {
    const fixture = createSnsFixture();
    const { call, sqs } = fixture;
    const ReplayPolicy = replayFrom(0);
    const fifo = await fixture.topic("plain.fifo", { FifoTopic: "true" });
    const standard = await fixture.topic("standard");
    await sqs.queue("a");
    for (const TopicArn of [fifo, standard]) {
      await expect(
        call("Subscribe", {
          TopicArn,
          Protocol: "sqs",
          Endpoint: `${SQS}:a`,
          Attributes: { ReplayPolicy },
        }),
      ).rejects.toMatchObject({ code: "InvalidParameter" });
    }
    expect((await call("ListSubscriptions", {})).Subscriptions).toEqual([]);
  });
});
