import {
  BatchEntryIdsNotDistinctException,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  InvalidParameterException,
  ListTagsForResourceCommand,
  NotFoundException,
  PublishBatchCommand,
  PublishCommand,
  paginateListSubscriptionsByTopic,
  paginateListTopics,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { ACCOUNT, pagesOf, REGION, startEngine } from "./engine.ts";

const engine = await startEngine();
const sns = new SNSClient(engine.config);
const sqs = new SQSClient(engine.config);

async function createTopic(Name: string): Promise<string> {
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name }));
  return TopicArn;
}

interface Inbox {
  readonly subscriptionArn: string;
  bodies(): Promise<readonly string[]>;
}

/** A queue anyone may send to, which hears the topic. */
async function subscribeQueue(
  TopicArn: string,
  name: string,
  Attributes: Record<string, string> = {},
): Promise<Inbox> {
  const Endpoint = `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
  const statement = { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage" };
  const Policy = JSON.stringify({ Statement: [{ ...statement, Resource: Endpoint }] });
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { Policy } }),
  );
  const { SubscriptionArn = "" } = await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint, Attributes }),
  );
  return {
    subscriptionArn: SubscriptionArn,
    async bodies() {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      return Messages.map(({ Body = "" }) => Body);
    },
  };
}

test("publish: fans out to queues, by filter policy, in an envelope or raw", async () => {
  const TopicArn = await createTopic("fan-out");
  const enveloped = await subscribeQueue(TopicArn, "enveloped");
  const raw = await subscribeQueue(TopicArn, "raw", { RawMessageDelivery: "true" });
  const paid = await subscribeQueue(TopicArn, "paid", {
    RawMessageDelivery: "true",
    FilterPolicy: JSON.stringify({ type: ["paid"], total: [{ numeric: [">", 10] }] }),
  });
  const publish = (Message: string, type: string, total: number) =>
    sns.send(
      new PublishCommand({
        TopicArn,
        Message,
        Subject: "an order",
        MessageAttributes: {
          type: { DataType: "String", StringValue: type },
          total: { DataType: "Number", StringValue: `${total}` },
        },
      }),
    );
  const { MessageId } = await publish("one", "paid", 11);
  await publish("two", "paid", 10);
  await publish("three", "open", 11);
  const [first = "{}"] = await enveloped.bodies();
  expect(JSON.parse(first)).toMatchObject({
    Type: "Notification",
    MessageId,
    TopicArn,
    Subject: "an order",
    Message: "one",
    MessageAttributes: { type: { Type: "String", Value: "paid" } },
  });
  expect([...(await raw.bodies())].sort()).toEqual(["one", "three", "two"]);
  expect(await paid.bodies()).toEqual(["one"]);
});

test("publish batch: answers each entry, and refuses repeated ids", async () => {
  const TopicArn = await createTopic("batch");
  const inbox = await subscribeQueue(TopicArn, "batch", { RawMessageDelivery: "true" });
  const entry = (Id: string) => ({ Id, Message: Id });
  const publish = (...ids: string[]) =>
    sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: ids.map(entry) }));
  const { Successful, Failed } = await publish("a", "b");
  expect(Successful?.map(({ Id }) => Id)).toEqual(["a", "b"]);
  expect(Failed ?? []).toEqual([]);
  expect(await inbox.bodies()).toHaveLength(2);
  await expect(publish("a", "a")).rejects.toThrow(BatchEntryIdsNotDistinctException);
});

test("topics and subscriptions: are listed, tagged, changed and removed", async () => {
  const TopicArn = await createTopic("listed");
  const inbox = await subscribeQueue(TopicArn, "listed");
  const subscriptions = await pagesOf(
    paginateListSubscriptionsByTopic({ client: sns }, { TopicArn }),
  );
  expect(subscriptions.flatMap((page) => page.Subscriptions)).toMatchObject([
    { SubscriptionArn: inbox.subscriptionArn, Protocol: "sqs", Owner: ACCOUNT },
  ]);
  const topics = (await pagesOf(paginateListTopics({ client: sns }, {}))).flatMap(
    ({ Topics = [] }) => Topics,
  );
  expect(topics).toContainEqual({ TopicArn });
  await sns.send(
    new TagResourceCommand({ ResourceArn: TopicArn, Tags: [{ Key: "team", Value: "a" }] }),
  );
  const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }));
  expect(Tags).toEqual([{ Key: "team", Value: "a" }]);
  await sns.send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn: inbox.subscriptionArn,
      AttributeName: "RawMessageDelivery",
      AttributeValue: "true",
    }),
  );
  await sns.send(new PublishCommand({ TopicArn, Message: "raw now" }));
  expect(await inbox.bodies()).toEqual(["raw now"]);
  await sns.send(new UnsubscribeCommand({ SubscriptionArn: inbox.subscriptionArn }));
  await sns.send(new DeleteTopicCommand({ TopicArn }));
  await expect(sns.send(new GetTopicAttributesCommand({ TopicArn }))).rejects.toThrow(
    NotFoundException,
  );
});

test("errors: are the classes of the SDK", async () => {
  const TopicArn = await createTopic("errors");
  const publish = (input: object) =>
    sns.send(new PublishCommand({ TopicArn, Message: "m", ...input }));
  await expect(publish({ TopicArn: `${TopicArn}-missing` })).rejects.toThrow(NotFoundException);
  await expect(publish({ Message: "" })).rejects.toThrow(InvalidParameterException);
  await expect(createTopic("not a name")).rejects.toThrow(InvalidParameterException);
  await expect(
    sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: "nowhere" })),
  ).rejects.toThrow(InvalidParameterException);
});
