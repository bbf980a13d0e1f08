import { createPublicKey, verify } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { createSnsFixture, type SnsFixture } from "../../testing/sns-fixture.ts";
import { signingKeys } from "./keys.ts";
import { signedText } from "./notification.ts";

const SQS = "arn:aws:sqs:us-east-1:000000000000";
const LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function";

async function isSigned(fixture: SnsFixture, body: string): Promise<boolean> {
  const document = JSON.parse(body) as Record<string, string> & { Type: string };
  const key = await fixture.sqs.store.read((tx) => signingKeys.get(tx, []));
  const { Type, Message, MessageId, Subject, Timestamp, TopicArn } = document;
  const text = signedText({ Type, Message, MessageId, Subject, Timestamp, TopicArn });
  const digest = document["SignatureVersion"] === "2" ? "sha256" : "sha1";
  const signature = Buffer.from(document["Signature"] ?? "", "base64");
  return verify(digest, Buffer.from(text), createPublicKey(key?.publicPem ?? ""), signature);
}

describe("publish", () => {
  test("publish: a queue gets AWS's document, signed", async () => {
    const fixture = createSnsFixture();
    const { call, sqs, subscribedQueue, topic } = fixture;
    const TopicArn = await topic("orders");
    const { url, subscriptionArn } = await subscribedQueue(TopicArn, "a");
    const { MessageId } = await call(
      "Publish",
      {
        TopicArn,
        Message: 'say "hi"',
        Subject: "Greeting",
        MessageAttributes: {
          kind: { DataType: "String", StringValue: "x" },
          raw: { DataType: "Binary", BinaryValue: Buffer.from("ab") },
        },
      },
      { trace: "Root=1-5e3d83c1-e6a0db584850d61342823d4c" },
    );
    const [message] = await sqs.receive(url);
    const body = message?.Body ?? "";
    const { Signature, SigningCertURL } = JSON.parse(body);
    expect(body).toBe(`{
  "Type" : "Notification",
  "MessageId" : "${MessageId}",
  "TopicArn" : "${TopicArn}",
  "Subject" : "Greeting",
  "Message" : "say \\"hi\\"",
  "Timestamp" : "2026-01-01T00:00:00.000Z",
  "SignatureVersion" : "1",
  "Signature" : "${Signature}",
  "SigningCertURL" : "${SigningCertURL}",
  "UnsubscribeURL" : "http://localhost:4566/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}",
  "MessageAttributes" : {
    "kind" : {"Type":"String","Value":"x"},
    "raw" : {"Type":"Binary","Value":"YWI="}
  }
}`);
    expect(message?.Attributes).toMatchObject({
      AWSTraceHeader: "Root=1-5e3d83c1-e6a0db584850d61342823d4c",
    });
    expect(await isSigned(fixture, body)).toBe(true);
    expect(await isSigned(fixture, body.replace("Greeting", "Goodbye"))).toBe(false);
  });

  test("publish: version 2 signs with SHA-256", async () => {
    const fixture = createSnsFixture();
    const TopicArn = await fixture.topic("orders", { SignatureVersion: "2" });
    const { url } = await fixture.subscribedQueue(TopicArn, "a");
    await fixture.call("Publish", { TopicArn, Message: "x" });
    const [body] = await fixture.sqs.bodies(url);
    expect(JSON.parse(body ?? "")).toMatchObject({ SignatureVersion: "2" });
    expect(await isSigned(fixture, body ?? "")).toBe(true);
  });

  test("publish: raw delivery passes message and attributes as they are", async () => {
    const { call, sqs, subscribedQueue, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const { url } = await subscribedQueue(TopicArn, "a", { RawMessageDelivery: "true" });
    await call("Publish", {
      TopicArn,
      Message: "plain",
      MessageAttributes: { list: { DataType: "String.Array", StringValue: '["a"]' } },
      MessageGroupId: "tenant",
    });
    expect(await sqs.receive(url)).toMatchObject([
      {
        Body: "plain",
        MessageAttributes: { list: { DataType: "String.Array", StringValue: '["a"]' } },
        Attributes: { MessageGroupId: "tenant" },
      },
    ]);
  });

  test("publish: a function gets an event with one record", async () => {
    const { call, invoked, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const { SubscriptionArn } = await call("Subscribe", {
      TopicArn,
      Protocol: "lambda",
      Endpoint: `${LAMBDA}:work`,
    });
    const { MessageId } = await call("Publish", { TopicArn, Message: "x" });
    expect(invoked.map(({ target }) => target)).toEqual(["work"]);
    expect(JSON.parse(invoked[0]?.envelope.payload ?? "")).toEqual({
      Records: [
        {
          EventSource: "aws:sns",
          EventVersion: "1.0",
          EventSubscriptionArn: SubscriptionArn,
          Sns: {
            Type: "Notification",
            MessageId,
            TopicArn,
            Subject: null,
            Message: "x",
            Timestamp: "2026-01-01T00:00:00.000Z",
            SignatureVersion: "1",
            Signature: expect.stringMatching(/^[A-Za-z0-9+/=]+$/),
            SigningCertUrl: expect.stringMatching(/^http:.*\.pem$/),
            UnsubscribeUrl: expect.stringContaining("Action=Unsubscribe"),
            MessageAttributes: {},
          },
        },
      ],
    });
  });

  test("publish: eleven attributes are too many for a raw message in a queue", async () => {
    const { call, sqs, subscribedQueue, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const dead = await sqs.queue("dead");
    const { url } = await subscribedQueue(TopicArn, "a", {
      RawMessageDelivery: "true",
      RedrivePolicy: `{"deadLetterTargetArn":"${SQS}:dead"}`,
    });
    const names = Array.from({ length: 11 }, (_, at) => `a${at}`);
    const attribute = { DataType: "String", StringValue: "x" };
    const MessageAttributes = Object.fromEntries(names.map((name) => [name, attribute]));
    await call("Publish", { TopicArn, Message: "x", MessageAttributes });
    expect(await sqs.bodies(url)).toEqual([]);
    expect(await sqs.bodies(dead)).toEqual(["x"]);
  });

  test("publish: structure json gives each protocol its text", async () => {
    const { call, invoked, sqs, subscribedQueue, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const { url } = await subscribedQueue(TopicArn, "a", { RawMessageDelivery: "true" });
    await call("Subscribe", { TopicArn, Protocol: "lambda", Endpoint: `${LAMBDA}:work` });
    const publish = (Message: string) =>
      call("Publish", { TopicArn, Message, MessageStructure: "json" });
    await publish('{"default":"d","sqs":"for queues","http":"h"}');
    expect(await sqs.bodies(url)).toEqual(["for queues"]);
    const [record] = JSON.parse(invoked[0]?.envelope.payload ?? "").Records;
    expect(record.Sns.Message).toBe("d");
    await expect(publish("{")).rejects.toMatchObject({
      message: "Invalid parameter: Message Structure - JSON message body failed to parse",
    });
    await expect(publish('{"sqs":"x"}')).rejects.toMatchObject({
      message: "Invalid parameter: Message Structure - No default entry in JSON message body",
    });
  });

  test("publish: is one transaction, however many it is for and of whatever kind", async () => {
    const { call, sqs, subscribedQueue, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const boxes = await Promise.all(["a", "b", "c"].map((name) => subscribedQueue(TopicArn, name)));
    await call("Subscribe", { TopicArn, Protocol: "lambda", Endpoint: `${LAMBDA}:work` });
    await call("Subscribe", { TopicArn, Protocol: "sms", Endpoint: "+14155550100" });
    const write = vi.spyOn(sqs.store, "write");
    await call("Publish", { TopicArn, Message: "x" });
    expect(write).toHaveBeenCalledTimes(1);
    for (const { url } of boxes) {
      expect(await sqs.bodies(url)).toHaveLength(1);
    }
  });

  test("publish: filter policies choose by attributes or by body", async () => {
    const { call, sqs, subscribedQueue, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const raw = { RawMessageDelivery: "true" };
    const all = await subscribedQueue(TopicArn, "all", raw);
    const byKind = await subscribedQueue(TopicArn, "kind", {
      ...raw,
      FilterPolicy: '{"kind":["a"]}',
    });
    const byBody = await subscribedQueue(TopicArn, "body", {
      ...raw,
      FilterPolicy: '{"order":{"total":[{"numeric":[">",10]}]}}',
      FilterPolicyScope: "MessageBody",
    });
    await call("Publish", {
      TopicArn,
      Message: '{"order":{"total":5}}',
      MessageAttributes: { kind: { DataType: "String", StringValue: "a" } },
    });
    await call("Publish", { TopicArn, Message: '{"order":{"total":50}}' });
    await call("Publish", { TopicArn, Message: "no json" });
    expect((await sqs.bodies(all.url)).length).toBe(3);
    expect(await sqs.bodies(byKind.url)).toEqual(['{"order":{"total":5}}']);
    expect(await sqs.bodies(byBody.url)).toEqual(['{"order":{"total":50}}']);
  });

  test("publish: what a target refuses goes to the dead-letter queue, or is reported", async () => {
    const { call, log, sqs, subscribedQueue, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const dead = await sqs.queue("dead");
    const gone = await subscribedQueue(TopicArn, "gone", {
      RawMessageDelivery: "true",
      RedrivePolicy: `{"deadLetterTargetArn":"${SQS}:dead"}`,
    });
    await sqs.call("DeleteQueue", { QueueUrl: gone.url });
    const fine = await subscribedQueue(TopicArn, "fine", { RawMessageDelivery: "true" });
    const { SubscriptionArn } = await call("Subscribe", {
      TopicArn,
      Protocol: "lambda",
      Endpoint: `${LAMBDA}:missing`,
    });
    await call("Publish", { TopicArn, Message: "x" });
    expect(await sqs.bodies(fine.url)).toEqual(["x"]);
    expect(await sqs.receive(dead)).toMatchObject([
      {
        Body: "x",
        MessageAttributes: {
          ErrorCode: { StringValue: "QueueDoesNotExist" },
          ErrorMessage: { StringValue: "The specified queue does not exist." },
          RequestID: { StringValue: expect.any(String) },
        },
      },
    ]);
    expect(log.records).toMatchObject([
      { fields: { subscriptionArn: SubscriptionArn, code: "ResourceNotFoundException" } },
    ]);
  });

  test.each([
    [{ Message: "" }, "InvalidParameter", "Invalid parameter: Empty message"],
    [{ Message: "x".repeat(262_145) }, "InvalidParameter", "Invalid parameter: Message too long"],
    [{ Subject: "" }, "InvalidParameter", "Invalid parameter: Subject"],
    [{ Subject: "a\nb" }, "InvalidParameter", "Invalid parameter: Subject"],
    [{ Subject: "x".repeat(101) }, "InvalidParameter", "Invalid parameter: Subject"],
    [{ MessageStructure: "xml" }, "InvalidParameter", "Invalid parameter: MessageStructure"],
    [
      { MessageDeduplicationId: "d" },
      "InvalidParameter",
      "The request includes MessageDeduplicationId parameter that is not valid for this topic type",
    ],
    [
      { MessageAttributes: { a: { DataType: "Number", StringValue: "x" } } },
      "ParameterValueInvalid",
      "Could not cast message attribute 'a' value to number.",
    ],
    [
      { MessageAttributes: { a: { DataType: "String" } } },
      "ParameterValueInvalid",
      "must contain non-empty message attribute value for message attribute type 'String'.",
    ],
    [
      { TopicArn: undefined },
      "InvalidParameter",
      "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter",
    ],
    [
      { PhoneNumber: "+1" },
      "InvalidParameter",
      "Invalid parameter: PhoneNumber Reason: +1 is not valid to publish to",
    ],
    [
      { TargetArn: "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/a/b", TopicArn: undefined },
      "NotImplemented",
      "mobile push endpoints (TargetArn)",
    ],
    [
      { TopicArn: "arn:aws:sns:us-east-1:000000000000:nowhere" },
      "NotFound",
      "Topic does not exist",
    ],
  ])("publish: refuses %j", async (input, code, message) => {
    const { call, sqs, subscribedQueue, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const { url } = await subscribedQueue(TopicArn, "a");
    await expect(call("Publish", { TopicArn, Message: "x", ...input })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(await sqs.bodies(url)).toEqual([]);
  });
});

describe("publish batch", () => {
  test("batch: entries fail alone", async () => {
    const { call, sqs, subscribedQueue, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const { url } = await subscribedQueue(TopicArn, "a", { RawMessageDelivery: "true" });
    const answer = await call("PublishBatch", {
      TopicArn,
      PublishBatchRequestEntries: [
        { Id: "1", Message: "a" },
        { Id: "2", Message: "" },
      ],
    });
    expect(answer.Successful).toMatchObject([{ Id: "1", MessageId: expect.any(String) }]);
    expect(answer.Failed).toEqual([
      {
        Id: "2",
        Code: "InvalidParameter",
        Message: "Invalid parameter: Empty message",
        SenderFault: true,
      },
    ]);
    expect(await sqs.bodies(url)).toEqual(["a"]);
  });

  test.each([
    ["EmptyBatchRequest", []],
    [
      "TooManyEntriesInBatchRequest",
      Array.from({ length: 11 }, (_, at) => ({ Id: `${at}`, Message: "x" })),
    ],
    ["InvalidBatchEntryId", [{ Id: "a b", Message: "x" }]],
    [
      "BatchEntryIdsNotDistinct",
      [
        { Id: "a", Message: "x" },
        { Id: "a", Message: "x" },
      ],
    ],
    [
      "BatchRequestTooLong",
      [
        { Id: "a", Message: "x".repeat(200_000) },
        { Id: "b", Message: "x".repeat(100_000) },
      ],
    ],
  ])("batch: %s", async (code, PublishBatchRequestEntries) => {
    const { call, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    await expect(
      call("PublishBatch", { TopicArn, PublishBatchRequestEntries }),
    ).rejects.toMatchObject({ code });
  });
});

describe("sink", () => {
  test("sink: publishes in the sender's transaction, or refuses", async () => {
    const { sink, sqs, subscribedQueue, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const { url } = await subscribedQueue(TopicArn, "a", { RawMessageDelivery: "true" });
    const accept = (resource: string, payload: string) =>
      sqs.store.write((tx) => {
        const target = {
          partition: "aws",
          service: "sns",
          region: "us-east-1",
          accountId: "000000000000",
          resource,
        };
        return sink.accept(tx, target, { payload, sourceArn: "arn:aws:events:us-east-1:0:rule/r" });
      });
    expect(await accept("orders", "event")).toEqual({ accepted: true });
    expect(await sqs.bodies(url)).toEqual(["event"]);
    expect(await accept("nowhere", "event")).toMatchObject({ accepted: false, code: "NotFound" });
    expect(await accept("orders", "")).toMatchObject({ accepted: false, code: "InvalidParameter" });
  });
});
