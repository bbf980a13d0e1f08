/** FIFO topics, their archive, their subscriptions and their delivery status, by template. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CloudFixture, createCloudFixture } from "../../testing/cloud-fixture.ts";

const TOPIC = "arn:aws:sns:us-east-1:000000000000:orders.fifo";
const ROLE = "arn:aws:iam::000000000000:role/feedback";
let cloud: CloudFixture;

beforeEach(async () => {
  cloud = await createCloudFixture();
});

afterEach(() => cloud.stop());

function template(topic: object, subscription: object = {}): string {
  return JSON.stringify({
    Resources: {
      Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "q.fifo", FifoQueue: true } },
      Topic: {
        Type: "AWS::SNS::Topic",
        Properties: { TopicName: "orders.fifo", FifoTopic: true, ...topic },
      },
      Subscription: {
        Type: "AWS::SNS::Subscription",
        Properties: {
          TopicArn: { Ref: "Topic" },
          Protocol: "sqs",
          Endpoint: { "Fn::GetAtt": ["Queue", "Arn"] },
          ...subscription,
        },
      },
    },
    Outputs: { Subscription: { Value: { Ref: "Subscription" } } },
  });
}

async function deployed(
  operation: "CreateStack" | "UpdateStack",
  TemplateBody: string,
): Promise<readonly [status: string, SubscriptionArn: string]> {
  await cloud.call("cloudformation", operation, { StackName: "shop", TemplateBody });
  const stack = await cloud.settled("shop");
  expect(stack.failures).toEqual([]);
  return [stack.status, stack.outputs["Subscription"] ?? ""];
}

async function topicAttributes(): Promise<Readonly<Record<string, string>>> {
  return (await cloud.call("sns", "GetTopicAttributes", { TopicArn: TOPIC })).Attributes ?? {};
}

const LOGGED = [{ Protocol: "sqs", SuccessFeedbackRoleArn: ROLE, SuccessFeedbackSampleRate: 50 }];

test("topic: FIFO, archive and delivery status are made, changed, and gone again", async () => {
  const replay = { PointType: "Timestamp", StartingPoint: "2026-01-01T00:00:00Z" };
  const [created, SubscriptionArn] = await deployed(
    "CreateStack",
    template(
      {
        ContentBasedDeduplication: true,
        FifoThroughputScope: "MessageGroup",
        ArchivePolicy: { MessageRetentionPeriod: 7 },
        DeliveryStatusLogging: LOGGED,
      },
      { ReplayPolicy: replay },
    ),
  );
  expect(created).toBe("CREATE_COMPLETE");
  expect(await topicAttributes()).toMatchObject({
    FifoTopic: "true",
    ContentBasedDeduplication: "true",
    FifoThroughputScope: "MessageGroup",
    ArchivePolicy: '{"MessageRetentionPeriod":7}',
    SQSSuccessFeedbackRoleArn: ROLE,
    SQSSuccessFeedbackSampleRate: "50",
  });
  const { Attributes } = await cloud.call("sns", "GetSubscriptionAttributes", { SubscriptionArn });
  expect(Attributes).toMatchObject({ ReplayPolicy: JSON.stringify(replay) });

  const changed = { DeliveryStatusLogging: [{ Protocol: "http/s", FailureFeedbackRoleArn: ROLE }] };
  const [updated] = await deployed("UpdateStack", template(changed));
  expect(updated).toBe("UPDATE_COMPLETE");
  const attributes = await topicAttributes();
  expect(attributes).toMatchObject({
    ContentBasedDeduplication: "false",
    HTTPFailureFeedbackRoleArn: ROLE,
  });
  expect(attributes).not.toHaveProperty("ArchivePolicy");
  expect(attributes).not.toHaveProperty("SQSSuccessFeedbackRoleArn");

  await cloud.call("cloudformation", "DeleteStack", { StackName: "shop" });
  await expect(topicAttributes()).rejects.toMatchObject({ code: "NotFound" });
});

test("topic: one that archives is not deleted, as on AWS", async () => {
  await deployed("CreateStack", template({ ArchivePolicy: { MessageRetentionPeriod: 7 } }));
  await cloud.call("cloudformation", "DeleteStack", { StackName: "shop" });
  const stack = await cloud.settled("shop");
  expect(stack.status).toBe("DELETE_FAILED");
  expect(stack.failures.join()).toContain("Cannot delete a topic with an ArchivePolicy");
});

test("topic: logging of a protocol that has none is refused", async () => {
  const TemplateBody = template({ DeliveryStatusLogging: [{ Protocol: "telegram" }] });
  await cloud.call("cloudformation", "CreateStack", { StackName: "shop", TemplateBody });
  const stack = await cloud.settled("shop");
  expect(stack.failures.join()).toContain("telegram is no protocol of DeliveryStatusLogging");
});
