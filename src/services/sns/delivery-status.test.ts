import { describe, expect, test } from "vitest";
import { httpAnswer } from "../../testing/scripted-http.ts";
import { confirmedHook, HOOK_URL } from "../../testing/sns-endpoint.ts";
import { createSnsFixture, type SnsFixture } from "../../testing/sns-fixture.ts";

const SQS = "arn:aws:sqs:us-east-1:000000000000";

describe("delivery status", () => {
  const ROLE = "arn:aws:iam::000000000000:role/feedback";

  async function eventsOf({ logs }: SnsFixture, group: string): Promise<unknown[]> {
    const { events } = await logs("FilterLogEvents", {
      logGroupName: `sns/us-east-1/000000000000/${group}`,
    });
    return (events ?? []).map(({ message }) => JSON.parse(message ?? ""));
  }

  test("log: HTTP attempts that end, in AWS's form", async () => {
    const fixture = createSnsFixture();
    const { call, sqs, topic } = fixture;
    const TopicArn = await topic("orders", {
      HTTPSuccessFeedbackRoleArn: ROLE,
      HTTPSuccessFeedbackSampleRate: "100",
      HTTPFailureFeedbackRoleArn: ROLE,
    });
    await confirmedHook(fixture, TopicArn);
    const answers = [httpAnswer(500), httpAnswer(200, "OK"), httpAnswer(403, "no")];
    fixture.http.script(() => answers.shift() ?? httpAnswer(500));
    const { MessageId: first } = await call("Publish", { TopicArn, Message: "one" });
    await sqs.clock.advance(20_000);
    const { MessageId: second } = await call("Publish", { TopicArn, Message: "two" });
    await sqs.clock.advance(1);
    expect(await eventsOf(fixture, "orders")).toEqual([
      {
        notification: {
          messageMD5Sum: "f97c5d29941bfb1b2fdab0874906ab82",
          messageId: first,
          topicArn: TopicArn,
          timestamp: "2026-01-01 00:00:00.000",
        },
        delivery: {
          deliveryId: expect.any(String),
          destination: HOOK_URL,
          providerResponse: "OK",
          dwellTimeMs: 20_000,
          attempts: 2,
          statusCode: 200,
        },
        status: "SUCCESS",
      },
    ]);
    expect(await eventsOf(fixture, "orders/Failure")).toMatchObject([
      {
        notification: { messageId: second },
        delivery: { providerResponse: "no", statusCode: 403, attempts: 1 },
        status: "FAILURE",
      },
    ]);
  });

  test("log: queues and functions, as many successes as the rate says", async () => {
    const fixture = createSnsFixture();
    const { call, sqs, subscribedQueue, topic } = fixture;
    const TopicArn = await topic("orders", {
      SQSSuccessFeedbackRoleArn: ROLE,
      SQSSuccessFeedbackSampleRate: "30",
      SQSFailureFeedbackRoleArn: ROLE,
      LambdaSuccessFeedbackRoleArn: ROLE,
      LambdaSuccessFeedbackSampleRate: "0",
    });
    const { url } = await subscribedQueue(TopicArn, "a");
    const Endpoint = "arn:aws:lambda:us-east-1:000000000000:function:work";
    await call("Subscribe", { TopicArn, Protocol: "lambda", Endpoint });
    for (let count = 0; count < 100; count += 1) {
      await call("Publish", { TopicArn, Message: "x" });
    }
    const successes = await eventsOf(fixture, "orders");
    expect(successes.length).toBeGreaterThan(15);
    expect(successes.length).toBeLessThan(45);
    expect(successes[0]).toMatchObject({
      delivery: { destination: `${SQS}:a`, statusCode: 200 },
      status: "SUCCESS",
    });
    await sqs.call("DeleteQueue", { QueueUrl: url });
    await call("Publish", { TopicArn, Message: "x" });
    expect(await eventsOf(fixture, "orders/Failure")).toMatchObject([
      { delivery: { providerResponse: expect.stringContaining("QueueDoesNotExist") } },
    ]);
  });
});
