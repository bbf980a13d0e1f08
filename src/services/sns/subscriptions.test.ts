import { describe, expect, test } from "vitest";
import { createSnsFixture } from "../../testing/sns-fixture.ts";

const ARN = "arn:aws:sns:us-east-1:000000000000";
const SQS = "arn:aws:sqs:us-east-1:000000000000";

describe("subscriptions", () => {
  test("subscribe: is idempotent, unless attributes differ", async () => {
    const { call, subscribedQueue, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const { subscriptionArn } = await subscribedQueue(TopicArn, "a", {
      RawMessageDelivery: "true",
    });
    expect(subscriptionArn).toMatch(new RegExp(`^${ARN}:orders:[0-9a-f-]{36}$`));
    const again = (Attributes = {}) =>
      call("Subscribe", { TopicArn, Protocol: "sqs", Endpoint: `${SQS}:a`, Attributes });
    expect(await again()).toEqual({ SubscriptionArn: subscriptionArn });
    await expect(again({ RawMessageDelivery: "false" })).rejects.toMatchObject({
      message:
        "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
    });
    const listed = await call("ListSubscriptionsByTopic", { TopicArn });
    expect(listed.Subscriptions).toEqual([
      {
        SubscriptionArn: subscriptionArn,
        Owner: "000000000000",
        Protocol: "sqs",
        Endpoint: `${SQS}:a`,
        TopicArn,
      },
    ]);
    expect(await call("ListSubscriptions", {})).toEqual(listed);
  });

  test("attributes: are answered as given, and removed when empty", async () => {
    const { call, subscribedQueue, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const FilterPolicy = '{ "kind": ["a"] }';
    const RedrivePolicy = `{ "deadLetterTargetArn": "${SQS}:dead" }`;
    const { subscriptionArn: SubscriptionArn } = await subscribedQueue(TopicArn, "a", {
      FilterPolicy,
      RedrivePolicy,
    });
    const attributes = async () =>
      (await call("GetSubscriptionAttributes", { SubscriptionArn })).Attributes;
    expect(await attributes()).toEqual({
      SubscriptionArn,
      TopicArn,
      Protocol: "sqs",
      Endpoint: `${SQS}:a`,
      Owner: "000000000000",
      SubscriptionPrincipal: "arn:aws:iam::000000000000:root",
      RawMessageDelivery: "false",
      PendingConfirmation: "false",
      ConfirmationWasAuthenticated: "true",
      FilterPolicy,
      FilterPolicyScope: "MessageAttributes",
      RedrivePolicy,
    });
    const set = (AttributeName: string, AttributeValue: string) =>
      call("SetSubscriptionAttributes", { SubscriptionArn, AttributeName, AttributeValue });
    await set("FilterPolicy", "{}");
    await set("RedrivePolicy", "");
    expect(await attributes()).not.toHaveProperty("FilterPolicy");
    expect(await attributes()).not.toHaveProperty("RedrivePolicy");
  });

  test.each([
    [{ Protocol: "carrier-pigeon" }, "InvalidParameter", "protocol string: carrier-pigeon"],
    [{ Protocol: "application" }, "NotImplemented", "the protocol application of Subscribe"],
    [{ Protocol: "firehose" }, "NotImplemented", "the protocol firehose of Subscribe"],
    [
      { Protocol: "https", Endpoint: "http://a" },
      "InvalidParameter",
      "Invalid parameter: Endpoint must match the specified protocol",
    ],
    [{ Protocol: "email", Endpoint: "a" }, "InvalidParameter", "Invalid parameter: Email address"],
    [
      { Protocol: "sms", Endpoint: "five" },
      "InvalidParameter",
      "Invalid parameter: Invalid SMS endpoint: five",
    ],
    [
      { Protocol: "sms", Endpoint: "+14155550100", Attributes: { RawMessageDelivery: "true" } },
      "InvalidParameter",
      "Delivery protocol [sms] does not support raw message delivery.",
    ],
    [
      { Attributes: { RedrivePolicy: `{"deadLetterTargetArn":"${SQS}:d","maxReceiveCount":3}` } },
      "InvalidParameter",
      "Invalid parameter: RedrivePolicy: invalid JSON. Attribute maxReceiveCount is unknown.",
    ],
    [{ Endpoint: "http://x" }, "InvalidParameter", "Invalid parameter: SQS endpoint ARN"],
    [{ Endpoint: `${SQS}:a.fifo` }, "InvalidParameter", "FIFO SQS Queues can not be subscribed"],
    [
      { Attributes: { RawMessageDelivery: "maybe" } },
      "InvalidParameter",
      "RawMessageDelivery: Invalid value [maybe]. Must be true or false.",
    ],
    [{ Attributes: { Nope: "1" } }, "InvalidParameter", "Invalid parameter: AttributeName"],
    [
      { Attributes: { FilterPolicy: '{"a":[]}' } },
      "InvalidParameter",
      'Invalid parameter: FilterPolicy: Empty arrays are not allowed\n at [Source: (String)"{"a":[]}"; line: 1, column: 8]',
    ],
    [
      { Attributes: { FilterPolicy: '{"a":{"b":["c"]}}' } },
      "InvalidParameter",
      "Filter policy scope MessageAttributes does not support nested filter policy",
    ],
    [
      { Attributes: { FilterPolicyScope: "Body" } },
      "InvalidParameter",
      "FilterPolicyScope: Invalid value [Body]. Please use either MessageBody or MessageAttributes",
    ],
    [
      { Attributes: { RedrivePolicy: '{"deadLetterTargetArn":"x"}' } },
      "InvalidParameter",
      "RedrivePolicy: deadLetterTargetArn is an invalid arn",
    ],
    [{ TopicArn: `${ARN}:nowhere` }, "NotFound", "Topic does not exist"],
  ])("subscribe: refuses %j", async (input, code, message) => {
    const { call, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    await expect(
      call("Subscribe", { TopicArn, Protocol: "sqs", Endpoint: `${SQS}:a`, ...input }),
    ).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect((await call("ListSubscriptions", {})).Subscriptions).toEqual([]);
  });

  test("subscribe: a nested policy is fine once the scope is the body, in either order", async () => {
    const { subscribedQueue, call, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const { subscriptionArn: SubscriptionArn } = await subscribedQueue(TopicArn, "a", {
      FilterPolicy: '{"a":{"b":["c"]}}',
      FilterPolicyScope: "MessageBody",
    });
    await expect(
      call("SetSubscriptionAttributes", {
        SubscriptionArn,
        AttributeName: "FilterPolicyScope",
        AttributeValue: "MessageAttributes",
      }),
    ).rejects.toMatchObject({ message: expect.stringContaining("nested filter policy") });
  });

  test("confirm: a queue of another account gets a token that confirms", async () => {
    const { call, sqs, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const other = { accountId: "111111111111" };
    const { QueueUrl = "" } = await sqs.call("CreateQueue", { QueueName: "theirs" }, other);
    const subscribed = await call("Subscribe", {
      TopicArn,
      Protocol: "sqs",
      Endpoint: "arn:aws:sqs:us-east-1:111111111111:theirs",
    });
    expect(subscribed).toEqual({ SubscriptionArn: "pending confirmation" });
    await call("Publish", { TopicArn, Message: "too early" });
    const [asked, ...others] = await sqs.receive(QueueUrl);
    expect(others).toEqual([]);
    const { Type, Token } = JSON.parse(asked?.Body ?? "");
    expect(Type).toBe("SubscriptionConfirmation");
    const listed = await call("ListSubscriptionsByTopic", { TopicArn });
    expect(listed.Subscriptions?.[0]?.SubscriptionArn).toBe("PendingConfirmation");
    await expect(call("ConfirmSubscription", { TopicArn, Token: "x" })).rejects.toMatchObject({
      message: "Invalid parameter: Token",
    });
    const { SubscriptionArn } = await call("ConfirmSubscription", { TopicArn, Token });
    expect(SubscriptionArn).toMatch(/^arn:aws:sns:.*:orders:/);
    await call("Publish", { TopicArn, Message: "now" });
    const [told] = await sqs.receive(QueueUrl);
    expect(JSON.parse(told?.Body ?? "")).toMatchObject({ Type: "Notification", Message: "now" });
  });

  test("subscribe: a FIFO topic has a hundred subscriptions, any topic 200 filter policies", async () => {
    const { call, topic } = createSnsFixture();
    const subscribe = (TopicArn: string, Protocol: string, Endpoint: string, filtered: boolean) =>
      call("Subscribe", {
        TopicArn,
        Protocol,
        Endpoint,
        ...(filtered && { Attributes: { FilterPolicy: '{"a":["b"]}' } }),
      });
    const fifo = await topic("a.fifo", { FifoTopic: "true" });
    for (let count = 0; count < 100; count += 1) {
      await subscribe(fifo, "sqs", `${SQS}:q${count}`, false);
    }
    await expect(subscribe(fifo, "sqs", `${SQS}:q`, false)).rejects.toMatchObject({
      code: "SubscriptionLimitExceeded",
    });
    const standard = await topic("a");
    for (let count = 0; count < 200; count += 1) {
      await subscribe(standard, "sqs", `${SQS}:q${count}`, true);
    }
    await expect(subscribe(standard, "sqs", `${SQS}:q`, true)).rejects.toMatchObject({
      code: "FilterPolicyLimitExceeded",
    });
    const { SubscriptionArn = "" } = await subscribe(standard, "sqs", `${SQS}:q`, false);
    const set = call("SetSubscriptionAttributes", {
      SubscriptionArn,
      AttributeName: "FilterPolicy",
      AttributeValue: '{"a":["b"]}',
    });
    await expect(set).rejects.toMatchObject({ code: "FilterPolicyLimitExceeded" });
  });
});
