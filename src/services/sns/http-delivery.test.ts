import { describe, expect, test } from "vitest";
import { httpAnswer } from "../../testing/scripted-http.ts";
import {
  bodyOf,
  confirmedHook,
  HOOK_URL,
  subscribeHook,
  timesOf,
} from "../../testing/sns-endpoint.ts";
import { createSnsFixture } from "../../testing/sns-fixture.ts";

const SQS = "arn:aws:sqs:us-east-1:000000000000";
const DAY_MS = 86_400_000;

const retries = (policy: object): { DeliveryPolicy: string } => ({
  DeliveryPolicy: JSON.stringify({ healthyRetryPolicy: policy }),
});

describe("confirmation", () => {
  test("subscribe: asks the endpoint, which confirms by the link", async () => {
    const fixture = createSnsFixture();
    const { call, http, sns, topic } = fixture;
    const TopicArn = await topic("orders");
    const answer = await call("Subscribe", { TopicArn, Protocol: "http", Endpoint: HOOK_URL });
    expect(answer.SubscriptionArn).toBe("pending confirmation");
    await fixture.sqs.clock.advance(0);
    await call("Publish", { TopicArn, Message: "too early" });
    await fixture.sqs.clock.advance(0);
    expect(http.requests).toMatchObject([
      {
        url: HOOK_URL,
        method: "POST",
        timeoutMs: 15_000,
        headers: {
          "x-amz-sns-message-type": "SubscriptionConfirmation",
          "x-amz-sns-topic-arn": TopicArn,
          "Content-Type": "text/plain; charset=UTF-8",
          "User-Agent": "Amazon Simple Notification Service Agent",
        },
      },
    ]);
    const { Token = "", ...told } = bodyOf(fixture, 0);
    expect(told).toMatchObject({
      Type: "SubscriptionConfirmation",
      TopicArn,
      SubscribeURL: `http://localhost:4566/?Action=ConfirmSubscription&TopicArn=${TopicArn}&Token=${Token}`,
      MessageId: http.requests[0]?.headers["x-amz-sns-message-id"],
      SignatureVersion: "1",
    });
    const link = { topicArn: TopicArn, token: Token, isAuthenticated: false };
    const subscriptionArn = await sns.links.confirm(link);
    expect(subscriptionArn).toMatch(`${TopicArn}:`);
    expect(await sns.links.confirm(link)).toBe(subscriptionArn);
    await expect(sns.links.confirm({ ...link, token: "other" })).rejects.toMatchObject({
      message: "Invalid parameter: Token",
    });
    const { Attributes } = await call("GetSubscriptionAttributes", {
      SubscriptionArn: subscriptionArn,
    });
    expect(Attributes).toMatchObject({
      PendingConfirmation: "false",
      EffectiveDeliveryPolicy: expect.stringContaining('"numRetries":3'),
    });
  });

  test("subscribe: what nobody confirms for two days is gone", async () => {
    const fixture = createSnsFixture();
    const TopicArn = await fixture.topic("orders");
    await subscribeHook(fixture, TopicArn);
    const { Token = "" } = bodyOf(fixture, 0);
    await fixture.sqs.clock.advance(DAY_MS);
    await subscribeHook(fixture, TopicArn);
    expect(bodyOf(fixture, 1)["Token"]).not.toBe(Token);
    const listed = async () =>
      (await fixture.call("ListSubscriptionsByTopic", { TopicArn })).Subscriptions;
    await fixture.sqs.clock.advance(2 * DAY_MS - 1);
    expect(await listed()).toMatchObject([{ SubscriptionArn: "PendingConfirmation" }]);
    await fixture.sqs.clock.advance(1);
    expect(await listed()).toEqual([]);
  });

  test("unsubscribe link: ends it, and offers a way back", async () => {
    const fixture = createSnsFixture();
    const { call, http, sns, sqs, topic } = fixture;
    const TopicArn = await topic("orders");
    const subscriptionArn = await confirmedHook(fixture, TopicArn);
    await sns.links.unsubscribe(subscriptionArn);
    await sqs.clock.advance(0);
    expect(http.requests.at(-1)?.headers).toMatchObject({
      "x-amz-sns-message-type": "UnsubscribeConfirmation",
      "x-amz-sns-subscription-arn": subscriptionArn,
    });
    const { Type, Token = "", Message } = bodyOf(fixture, -1);
    expect([Type, Message]).toEqual([
      "UnsubscribeConfirmation",
      expect.stringContaining(`You have chosen to deactivate subscription ${subscriptionArn}.`),
    ]);
    expect((await call("ListSubscriptions", {})).Subscriptions).toEqual([]);
    await call("ConfirmSubscription", { TopicArn, Token });
    expect((await call("ListSubscriptions", {})).Subscriptions).toMatchObject([
      { SubscriptionArn: subscriptionArn },
    ]);
  });

  test("unsubscribe link: needs a signature where the confirmation asked for one", async () => {
    const fixture = createSnsFixture();
    const TopicArn = await fixture.topic("orders");
    const subscriptionArn = await subscribeHook(fixture, TopicArn);
    const { Token = "" } = bodyOf(fixture, 0);
    await fixture.call("ConfirmSubscription", {
      TopicArn,
      Token,
      AuthenticateOnUnsubscribe: "true",
    });
    await expect(fixture.sns.links.unsubscribe(subscriptionArn)).rejects.toMatchObject({
      code: "AuthorizationError",
      status: 403,
    });
    await fixture.call("Unsubscribe", { SubscriptionArn: subscriptionArn });
    expect((await fixture.call("ListSubscriptions", {})).Subscriptions).toEqual([]);
  });
});

describe("delivery", () => {
  test("publish: posts the signed document, with AWS's headers", async () => {
    const fixture = createSnsFixture();
    const { call, http, sqs, topic } = fixture;
    const TopicArn = await topic("orders");
    const subscriptionArn = await confirmedHook(fixture, TopicArn);
    const trace = "Root=1-5e3d83c1-e6a0db584850d61342823d4c";
    const { MessageId } = await call(
      "Publish",
      { TopicArn, Message: "x", Subject: "s" },
      { trace },
    );
    await sqs.clock.advance(0);
    expect(http.requests.at(-1)?.headers).toMatchObject({
      "x-amz-sns-message-type": "Notification",
      "x-amz-sns-message-id": MessageId,
      "x-amz-sns-topic-arn": TopicArn,
      "x-amz-sns-subscription-arn": subscriptionArn,
      "X-Amzn-Trace-Id": trace,
    });
    expect(http.requests.at(-1)?.headers).not.toHaveProperty("x-amz-sns-rawdelivery");
    expect(bodyOf(fixture, -1)).toMatchObject({
      Type: "Notification",
      MessageId,
      Message: "x",
      Subject: "s",
      Signature: expect.any(String),
      UnsubscribeURL: expect.stringContaining(subscriptionArn),
    });
  });

  test("publish: raw is the message alone, with the content type of the policy", async () => {
    const fixture = createSnsFixture();
    const TopicArn = await fixture.topic("orders");
    await confirmedHook(fixture, TopicArn, {
      RawMessageDelivery: "true",
      DeliveryPolicy: '{"requestPolicy":{"headerContentType":"application/json"}}',
    });
    await fixture.call("Publish", {
      TopicArn,
      Message: '{"a":1}',
      MessageAttributes: { kind: { DataType: "String", StringValue: "x" } },
    });
    await fixture.sqs.clock.advance(0);
    expect(fixture.http.requests.at(-1)).toMatchObject({
      body: '{"a":1}',
      headers: { "x-amz-sns-rawdelivery": "true", "Content-Type": "application/json" },
    });
  });

  test("retry: three times, 20 s apart, then the dead-letter queue, with the reason", async () => {
    const fixture = createSnsFixture();
    const { call, sqs, topic } = fixture;
    const TopicArn = await topic("orders");
    const dead = await sqs.queue("dead");
    await confirmedHook(fixture, TopicArn, {
      RawMessageDelivery: "true",
      RedrivePolicy: `{"deadLetterTargetArn":"${SQS}:dead"}`,
    });
    const times = timesOf(fixture, () => httpAnswer(503, "busy"));
    await call("Publish", { TopicArn, Message: "x" });
    await sqs.clock.advance(3_600_000);
    expect(times).toEqual([0, 20_000, 40_000, 60_000]);
    expect(await sqs.receive(dead)).toMatchObject([
      {
        Body: "x",
        MessageAttributes: {
          ErrorCode: { StringValue: "503" },
          ErrorMessage: { StringValue: "busy" },
          RequestID: { StringValue: expect.any(String) },
        },
      },
    ]);
    expect(fixture.log.records).toEqual([]);
  });

  test("retry: by the phases of the policy, each attempt exact on the clock", async () => {
    const fixture = createSnsFixture();
    const TopicArn = await fixture.topic("orders");
    await confirmedHook(
      fixture,
      TopicArn,
      retries({
        minDelayTarget: 1,
        maxDelayTarget: 8,
        numRetries: 7,
        numNoDelayRetries: 1,
        numMinDelayRetries: 1,
        numMaxDelayRetries: 1,
        backoffFunction: "geometric",
      }),
    );
    const times = timesOf(fixture, () => ({
      kind: "failure",
      reason: "timeout",
      message: "No answer within 15000 ms.",
    }));
    await fixture.call("Publish", { TopicArn, Message: "x" });
    await fixture.sqs.clock.advance(3_600_000);
    expect(times).toEqual([0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 24_000]);
    expect(fixture.log.records).toMatchObject([
      { message: expect.stringContaining("was not delivered to http://hooks.example.com/orders") },
    ]);
  });

  test("retry: ends with the first success", async () => {
    const fixture = createSnsFixture();
    const TopicArn = await fixture.topic("orders");
    await confirmedHook(fixture, TopicArn);
    const answers = [httpAnswer(500), httpAnswer(429), httpAnswer(204)];
    const times = timesOf(fixture, () => answers.shift() ?? httpAnswer(500));
    await fixture.call("Publish", { TopicArn, Message: "x" });
    await fixture.sqs.clock.advance(3_600_000);
    expect(times).toEqual([0, 20_000, 40_000]);
  });

  test.each([301, 400, 404])("retry: %d is for good", async (status) => {
    const fixture = createSnsFixture();
    const { call, sqs, topic } = fixture;
    const TopicArn = await topic("orders");
    const dead = await sqs.queue("dead");
    const RedrivePolicy = `{"deadLetterTargetArn":"${SQS}:dead"}`;
    await confirmedHook(fixture, TopicArn, { RedrivePolicy });
    const times = timesOf(fixture, () => httpAnswer(status));
    await call("Publish", { TopicArn, Message: "x" });
    await sqs.clock.advance(3_600_000);
    expect(times).toEqual([0]);
    expect(await sqs.receive(dead)).toMatchObject([
      { MessageAttributes: { ErrorCode: { StringValue: `${status}` } } },
    ]);
  });

  test("throttle: a subscription gets no more in a second than its policy says", async () => {
    const fixture = createSnsFixture();
    const { call, sqs, topic } = fixture;
    const TopicArn = await topic("orders");
    await confirmedHook(fixture, TopicArn, {
      DeliveryPolicy: '{"throttlePolicy":{"maxReceivesPerSecond":4}}',
    });
    await sqs.clock.advance(1_000);
    const times = timesOf(fixture, () => httpAnswer(200));
    for (let count = 0; count < 9; count += 1) {
      await call("Publish", { TopicArn, Message: `${count}` });
    }
    await sqs.clock.advance(10_000);
    expect(times).toEqual([0, 250, 500, 750, 1_000, 1_250, 1_500, 1_750, 2_000]);
  });

  test("unsubscribe: what is still to be delivered is dropped", async () => {
    const fixture = createSnsFixture();
    const TopicArn = await fixture.topic("orders");
    const SubscriptionArn = await confirmedHook(fixture, TopicArn);
    const times = timesOf(fixture, () => httpAnswer(500));
    await fixture.call("Publish", { TopicArn, Message: "x" });
    await fixture.sqs.clock.advance(1_000);
    await fixture.call("Unsubscribe", { SubscriptionArn });
    await fixture.sqs.clock.advance(3_600_000);
    expect(times).toEqual([0]);
  });
});
