import { describe, expect, test } from "vitest";
import { createSnsFixture, type SnsFixture } from "../../testing/sns-fixture.ts";

const SQS = "arn:aws:sqs:us-east-1:000000000000";
const FIFO = { FifoTopic: "true" };

/** Subscribes a FIFO queue, raw unless told, and answers its URL. */
async function fifoInbox(
  { call, sqs }: SnsFixture,
  TopicArn: string,
  name: string,
  attributes: Readonly<Record<string, string>> = { RawMessageDelivery: "true" },
): Promise<string> {
  const url = await sqs.queue(`${name}.fifo`, { FifoQueue: "true" });
  const Endpoint = `${SQS}:${name}.fifo`;
  await call("Subscribe", { TopicArn, Protocol: "sqs", Endpoint, Attributes: attributes });
  return url;
}

describe("FIFO topics", () => {
  test("publish: numbers messages and keeps the order of groups, in FIFO queues and others", async () => {
    const fixture = createSnsFixture();
    const { call, sqs, topic } = fixture;
    const TopicArn = await topic("orders.fifo", FIFO);
    const inbox = await fifoInbox(fixture, TopicArn, "inbox");
    const plain = await fixture.subscribedQueue(TopicArn, "plain", { RawMessageDelivery: "true" });
    const sequenceNumbers: (string | undefined)[] = [];
    for (const [Message, MessageGroupId] of [
      ["a1", "a"],
      ["b1", "b"],
      ["a2", "a"],
    ] as const) {
      const { SequenceNumber } = await call("Publish", {
        TopicArn,
        Message,
        MessageGroupId,
        MessageDeduplicationId: Message,
      });
      sequenceNumbers.push(SequenceNumber);
    }
    expect(sequenceNumbers).toEqual([
      "10000000000000001000",
      "10000000000000002000",
      "10000000000000003000",
    ]);
    const received = await sqs.receive(inbox);
    const ofGroup = (group: string) =>
      received.filter(({ Attributes }) => Attributes?.MessageGroupId === group);
    expect(ofGroup("a").map(({ Body }) => Body)).toEqual(["a1", "a2"]);
    expect(ofGroup("b")).toMatchObject([
      { Body: "b1", Attributes: { MessageDeduplicationId: "b1" } },
    ]);
    const outside = await sqs.receive(plain.url);
    expect(outside.map(({ Body }) => Body).sort()).toEqual(["a1", "a2", "b1"]);
    expect(outside[0]?.Attributes).toMatchObject({ MessageGroupId: "a" });
  });

  test("publish: a queue gets the number, and no signature", async () => {
    const fixture = createSnsFixture();
    const TopicArn = await fixture.topic("orders.fifo", {
      ...FIFO,
      ContentBasedDeduplication: "true",
    });
    const url = await fifoInbox(fixture, TopicArn, "inbox", {});
    const { MessageId } = await fixture.call("Publish", {
      TopicArn,
      Message: "x",
      MessageGroupId: "g",
    });
    const [body] = await fixture.sqs.bodies(url);
    expect(body).toMatch(/^\{\n {2}"Type" : "Notification",\n {2}"MessageId" : /);
    expect(JSON.parse(body ?? "")).toEqual({
      Type: "Notification",
      MessageId,
      SequenceNumber: "10000000000000001000",
      TopicArn,
      Message: "x",
      Timestamp: "2026-01-01T00:00:00.000Z",
      UnsubscribeURL: expect.stringContaining("Action=Unsubscribe"),
    });
  });

  test("publish: within five minutes an id is accepted again, and delivered once", async () => {
    const fixture = createSnsFixture();
    const { call, sqs, topic } = fixture;
    const TopicArn = await topic("orders.fifo", FIFO);
    const { url } = await fixture.subscribedQueue(TopicArn, "a", { RawMessageDelivery: "true" });
    const publish = (Message: string, MessageGroupId = "g") =>
      call("Publish", { TopicArn, Message, MessageGroupId, MessageDeduplicationId: "once" });
    const first = await publish("first");
    await sqs.clock.advance(5 * 60_000 - 1);
    expect(await publish("second", "other")).toEqual(first);
    expect(await sqs.bodies(url)).toEqual(["first"]);
    await sqs.clock.advance(1);
    const third = await publish("third");
    expect(third.SequenceNumber).toBe("10000000000000002000");
    expect(await sqs.bodies(url)).toEqual(["third"]);
  });

  test("publish: with the scope MessageGroup an id counts in its group", async () => {
    const fixture = createSnsFixture();
    const TopicArn = await fixture.topic("orders.fifo", {
      ...FIFO,
      FifoThroughputScope: "MessageGroup",
      ContentBasedDeduplication: "true",
    });
    const raw = { RawMessageDelivery: "true" };
    const { url } = await fixture.subscribedQueue(TopicArn, "a", raw);
    for (const MessageGroupId of ["a", "b", "a"]) {
      await fixture.call("Publish", { TopicArn, Message: "same", MessageGroupId });
    }
    expect(await fixture.sqs.bodies(url)).toEqual(["same", "same"]);
  });

  test("publish: expired ids leave no rows", async () => {
    const fixture = createSnsFixture();
    const { call, sqs, topic } = fixture;
    const TopicArn = await topic("orders.fifo", FIFO);
    const publish = (id: string) =>
      call("Publish", {
        TopicArn,
        Message: "x",
        MessageGroupId: "g",
        MessageDeduplicationId: id,
      });
    for (const id of ["1", "2", "3"]) {
      await publish(id);
    }
    await sqs.clock.advance(5 * 60_000);
    await publish("4");
    await publish("5");
    const rows = await sqs.store.read(
      (tx) => [...tx.range({ prefix: ["sns", "duplicate"] })].length,
    );
    expect(rows).toBe(2);
  });

  test("publish batch: entries fail alone, and have numbers", async () => {
    const { call, topic } = createSnsFixture();
    const TopicArn = await topic("orders.fifo", FIFO);
    const answer = await call("PublishBatch", {
      TopicArn,
      PublishBatchRequestEntries: [
        { Id: "good", Message: "x", MessageGroupId: "g", MessageDeduplicationId: "1" },
        { Id: "ungrouped", Message: "x", MessageDeduplicationId: "2" },
        { Id: "no-id", Message: "x", MessageGroupId: "g" },
        { Id: "again", Message: "y", MessageGroupId: "g", MessageDeduplicationId: "1" },
      ],
    });
    expect(answer.Successful).toMatchObject([
      { Id: "good", SequenceNumber: "10000000000000001000" },
      { Id: "again", SequenceNumber: "10000000000000001000" },
    ]);
    expect(answer.Failed).toMatchObject([
      {
        Id: "ungrouped",
        Code: "InvalidParameter",
        Message: "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
        SenderFault: true,
      },
      {
        Id: "no-id",
        Message:
          "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or " +
          "MessageDeduplicationId provided explicitly",
      },
    ]);
  });

  test.each(["lambda", "http", "https", "email", "sms", "firehose"])(
    "subscribe: refuses %s",
    async (Protocol) => {
      const { call, topic } = createSnsFixture();
      const TopicArn = await topic("orders.fifo", FIFO);
      await expect(call("Subscribe", { TopicArn, Protocol, Endpoint: "x" })).rejects.toMatchObject({
        code: "InvalidParameter",
        message: `Invalid parameter: Invalid protocol type: ${Protocol}`,
      });
    },
  );

  test("subscribe: a FIFO topic has FIFO dead-letter queues, a standard one no FIFO queues", async () => {
    const fixture = createSnsFixture();
    const TopicArn = await fixture.topic("orders.fifo", FIFO);
    const RedrivePolicy = `{"deadLetterTargetArn":"${SQS}:dead"}`;
    await expect(fifoInbox(fixture, TopicArn, "a", { RedrivePolicy })).rejects.toMatchObject({
      message: "Invalid parameter: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO topic",
    });
    const standard = await fixture.topic("standard");
    await expect(fifoInbox(fixture, standard, "b")).rejects.toMatchObject({
      message: expect.stringContaining(
        "FIFO SQS Queues can not be subscribed to standard SNS topics",
      ),
    });
  });

  test("dead letters: keep their group and id", async () => {
    const fixture = createSnsFixture();
    const { call, sqs, topic } = fixture;
    const TopicArn = await topic("orders.fifo", FIFO);
    const dead = await sqs.queue("dead.fifo", { FifoQueue: "true" });
    const url = await fifoInbox(fixture, TopicArn, "gone", {
      RedrivePolicy: `{"deadLetterTargetArn":"${SQS}:dead.fifo"}`,
      RawMessageDelivery: "true",
    });
    await sqs.call("DeleteQueue", { QueueUrl: url });
    const ids = { MessageGroupId: "g", MessageDeduplicationId: "1" };
    await call("Publish", { TopicArn, Message: "x", ...ids });
    expect(await sqs.receive(dead)).toMatchObject([{ Body: "x", Attributes: ids }]);
  });

  test("attributes: are those of a FIFO topic, and stay so", async () => {
    const { call, topic } = createSnsFixture();
    const TopicArn = await topic("orders.fifo", FIFO);
    const attributes = async () =>
      (await call("GetTopicAttributes", { TopicArn })).Attributes ?? {};
    const set = (AttributeName: string, AttributeValue: string) =>
      call("SetTopicAttributes", { TopicArn, AttributeName, AttributeValue });
    expect(await attributes()).toMatchObject({
      FifoTopic: "true",
      ContentBasedDeduplication: "false",
    });
    await set("ContentBasedDeduplication", "true");
    await set("FifoThroughputScope", "Topic");
    expect(await attributes()).toMatchObject({
      ContentBasedDeduplication: "true",
      FifoThroughputScope: "Topic",
    });
    await expect(set("FifoTopic", "false")).rejects.toMatchObject({
      message: "Invalid parameter: AttributeName",
    });
    await expect(set("FifoThroughputScope", "Queue")).rejects.toMatchObject({
      code: "InvalidParameter",
    });
    expect(await call("CreateTopic", { Name: "orders.fifo", Attributes: FIFO })).toEqual({
      TopicArn,
    });
  });

  test("delete: leaves no rows", async () => {
    const { call, sqs, topic } = createSnsFixture();
    const TopicArn = await topic("orders.fifo", FIFO);
    const ids = { MessageGroupId: "g", MessageDeduplicationId: "1" };
    await call("Publish", { TopicArn, Message: "x", ...ids });
    await call("DeleteTopic", { TopicArn });
    await sqs.clock.advance(10);
    const rows = await sqs.store.read((tx) => [...tx.range({ prefix: ["sns"] })]);
    expect(rows.map(({ key }) => key[1])).toEqual(["signing-key"]);
  });
});
