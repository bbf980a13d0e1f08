import { describe, expect, test } from "vitest";
import { createSnsFixture } from "../../testing/sns-fixture.ts";

const ARN = "arn:aws:sns:us-east-1:000000000000";
const SQS = "arn:aws:sqs:us-east-1:000000000000";

const policyFor = (Action: string): string =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action, Resource: "*" }] });

describe("topics", () => {
  test("create: is idempotent, unless attributes or tags differ", async () => {
    const { call } = createSnsFixture();
    const create = (extra = {}) => call("CreateTopic", { Name: "orders", ...extra });
    const given = { Attributes: { DisplayName: "Orders" }, Tags: [{ Key: "team", Value: "a" }] };
    expect(await create(given)).toEqual({ TopicArn: `${ARN}:orders` });
    expect(await create()).toEqual({ TopicArn: `${ARN}:orders` });
    expect(await create(given)).toEqual({ TopicArn: `${ARN}:orders` });
    await expect(create({ Attributes: { DisplayName: "Other" } })).rejects.toMatchObject({
      code: "InvalidParameter",
      message:
        "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
    });
    await expect(create({ Tags: [{ Key: "team", Value: "b" }] })).rejects.toMatchObject({
      message: "Invalid parameter: Tags Reason: Topic already exists with different tags",
    });
  });

  test.each([
    ["a bad name", { Name: "a b" }, "InvalidParameter", "Invalid parameter: Topic Name"],
    [
      "a FIFO topic of another name",
      { Name: "a", Attributes: { FifoTopic: "true" } },
      "InvalidParameter",
      "Fifo Topic names must end with .fifo",
    ],
    ["a standard topic of a FIFO name", { Name: "a.fifo" }, "InvalidParameter", "Topic Name"],
    [
      "deduplication for a standard topic",
      { Name: "a", Attributes: { ContentBasedDeduplication: "true" } },
      "InvalidParameter",
      "Content-Based Deduplication can only be set for FIFO topics",
    ],
    [
      "an unknown attribute",
      { Name: "a", Attributes: { X: "1" } },
      "InvalidParameter",
      "Invalid parameter: Attributes Reason: Unknown attribute X",
    ],
    ["a broken policy", { Name: "a", Attributes: { Policy: "{" } }, "InvalidParameter", "Policy"],
    [
      "an empty policy",
      { Name: "a", Attributes: { Policy: "" } },
      "InvalidParameter",
      "Invalid parameter: Policy is empty",
    ],
    [
      "a policy without statements",
      { Name: "a", Attributes: { Policy: '{"Statement":[]}' } },
      "InvalidParameter",
      "Invalid parameter: Policy Error: null",
    ],
    [
      "a policy about another service",
      { Name: "a", Attributes: { Policy: policyFor("sqs:SendMessage") } },
      "InvalidParameter",
      "Invalid parameter: Policy statement action out of service scope!",
    ],
    [
      "delivery status logging of Firehose",
      { Name: "a", Attributes: { FirehoseSuccessFeedbackRoleArn: "x" } },
      "NotImplemented",
      "delivery status logging (FirehoseSuccessFeedbackRoleArn)",
    ],
    [
      "a sample rate above 100",
      { Name: "a", Attributes: { SQSSuccessFeedbackSampleRate: "101" } },
      "InvalidParameter",
      "SQSSuccessFeedbackSampleRate",
    ],
    [
      "data protection",
      { Name: "a", DataProtectionPolicy: "{}" },
      "NotImplemented",
      "data protection",
    ],
  ])("create: refuses %s", async (_, input, code, message) => {
    const { call } = createSnsFixture();
    await expect(call("CreateTopic", input)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect((await call("ListTopics", {})).Topics).toEqual([]);
  });

  test("attributes: a sample rate of 0 for endpoints that are not there is no logging", async () => {
    const { call, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const rate = { AttributeName: "FirehoseSuccessFeedbackSampleRate", AttributeValue: "0" };
    await call("SetTopicAttributes", { TopicArn, ...rate });
    await expect(
      call("SetTopicAttributes", { TopicArn, ...rate, AttributeValue: "1" }),
    ).rejects.toMatchObject({ code: "NotImplemented" });
  });

  test("attributes: defaults, changes and counts", async () => {
    const { call, subscribedQueue, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const { subscriptionArn } = await subscribedQueue(TopicArn, "a");
    await subscribedQueue(TopicArn, "b");
    await call("Unsubscribe", { SubscriptionArn: subscriptionArn });
    const set = (AttributeName: string, AttributeValue: string) =>
      call("SetTopicAttributes", { TopicArn, AttributeName, AttributeValue });
    await set("DisplayName", "Orders");
    await set("SignatureVersion", "2");
    const { Attributes } = await call("GetTopicAttributes", { TopicArn });
    expect(Attributes).toMatchObject({
      TopicArn,
      Owner: "000000000000",
      DisplayName: "Orders",
      SignatureVersion: "2",
      SubscriptionsConfirmed: "1",
      SubscriptionsPending: "0",
      SubscriptionsDeleted: "1",
    });
    expect(JSON.parse(Attributes?.["Policy"] ?? "")).toMatchObject({ Id: "__default_policy_ID" });
    await expect(set("SignatureVersion", "3")).rejects.toMatchObject({ code: "InvalidParameter" });
  });

  test("delete: is idempotent, takes the subscriptions along, and leaves no rows", async () => {
    const { call, sqs, subscribedQueue, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const { subscriptionArn } = await subscribedQueue(TopicArn, "a");
    await call("DeleteTopic", { TopicArn });
    await call("DeleteTopic", { TopicArn });
    await expect(call("GetTopicAttributes", { TopicArn })).rejects.toMatchObject({
      code: "NotFound",
      message: "Topic does not exist",
      status: 404,
    });
    await expect(
      call("GetSubscriptionAttributes", { SubscriptionArn: subscriptionArn }),
    ).rejects.toMatchObject({ message: "Subscription does not exist" });
    await sqs.clock.advance(10);
    const rows = await sqs.store.read((tx) => [...tx.range({ prefix: ["sns"] })]);
    expect(rows.map(({ key }) => key[1])).toEqual(["signing-key"]);
  });

  test("list: pages of 100, by name", async () => {
    const { call, topic } = createSnsFixture();
    for (let at = 0; at < 120; at += 1) {
      await topic(`t${String(at).padStart(3, "0")}`);
    }
    const first = await call("ListTopics", {});
    const second = await call("ListTopics", { NextToken: first.NextToken });
    expect([first.Topics?.length, second.Topics?.length]).toEqual([100, 20]);
    expect(second.Topics?.[0]).toEqual({ TopicArn: `${ARN}:t100` });
    expect(second.NextToken).toBeUndefined();
  });

  test.each([
    ["orders", "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1"],
    ["arn:aws:sns:eu-west-1:000000000000:orders", "Invalid parameter: TopicArn"],
    [`${SQS}:orders`, "Invalid parameter: TopicArn"],
  ])("arn: refuses %s", async (TopicArn, message) => {
    const { call } = createSnsFixture();
    await expect(call("GetTopicAttributes", { TopicArn })).rejects.toMatchObject({
      code: "InvalidParameter",
      message,
    });
  });

  test("tags: are added, replaced, removed and listed", async () => {
    const { call, topic } = createSnsFixture();
    const ResourceArn = await topic("orders");
    await call("TagResource", {
      ResourceArn,
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    });
    await call("TagResource", { ResourceArn, Tags: [{ Key: "a", Value: "3" }] });
    await call("UntagResource", { ResourceArn, TagKeys: ["b"] });
    expect(await call("ListTagsForResource", { ResourceArn })).toEqual({
      Tags: [{ Key: "a", Value: "3" }],
    });
    const many = Array.from({ length: 51 }, (_, at) => ({ Key: `k${at}`, Value: "" }));
    await expect(call("TagResource", { ResourceArn, Tags: many })).rejects.toMatchObject({
      code: "TagLimitExceeded",
    });
    await expect(
      call("ListTagsForResource", { ResourceArn: `${ARN}:nowhere` }),
    ).rejects.toMatchObject({ code: "ResourceNotFound", message: "Resource does not exist" });
  });

  test("permissions: edit the policy", async () => {
    const { call, topic } = createSnsFixture();
    const TopicArn = await topic("orders");
    const add = (Label: string, ...ActionName: string[]) =>
      call("AddPermission", { TopicArn, Label, AWSAccountId: ["111111111111"], ActionName });
    const labels = async (): Promise<unknown> => {
      const { Attributes } = await call("GetTopicAttributes", { TopicArn });
      return JSON.parse(Attributes?.["Policy"] ?? "").Statement.map((s: { Sid: string }) => s.Sid);
    };
    await add("l", "Publish");
    expect(await labels()).toEqual(["__default_statement_ID", "l"]);
    await expect(add("l", "Publish")).rejects.toMatchObject({
      message: "Invalid parameter: Statement already exists",
    });
    await expect(
      call("AddPermission", {
        TopicArn,
        Label: "n",
        AWSAccountId: ["nobody"],
        ActionName: ["Publish"],
      }),
    ).rejects.toMatchObject({ message: "Invalid parameter: Policy Error: PrincipalNotFound" });
    await expect(add("m", "Nope")).rejects.toMatchObject({
      message: "Invalid parameter: Policy statement action out of service scope!",
    });
    await call("RemovePermission", { TopicArn, Label: "l" });
    expect(await labels()).toEqual(["__default_statement_ID"]);
  });
});
