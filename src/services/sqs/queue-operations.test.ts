import { describe, expect, test } from "vitest";
import { createSqsFixture } from "../../testing/sqs-fixture.ts";

const ARN = "arn:aws:sqs:us-east-1:000000000000";

describe("create", () => {
  test("create: is idempotent for equal attributes, and names the one that differs", async () => {
    const { call } = createSqsFixture();
    const first = await call("CreateQueue", {
      QueueName: "orders",
      Attributes: { VisibilityTimeout: "60" },
    });
    expect(first.QueueUrl).toBe("http://localhost:4566/000000000000/orders");
    expect(await call("CreateQueue", { QueueName: "orders" })).toEqual(first);
    await expect(
      call("CreateQueue", { QueueName: "orders", Attributes: { VisibilityTimeout: "61" } }),
    ).rejects.toMatchObject({
      code: "QueueNameExists",
      message:
        "A queue already exists with the same name and a different value for attribute VisibilityTimeout",
    });
  });

  test.each([
    ["an unknown attribute", { Foo: "1" }, "InvalidAttributeName", "Unknown Attribute Foo."],
    ["FIFO attributes", { ContentBasedDeduplication: "true" }, "InvalidAttributeName", /Unknown/],
    ["a number out of range", { DelaySeconds: "901" }, "InvalidAttributeValue", /DelaySeconds\.$/],
    ["text for a number", { MaximumMessageSize: "big" }, "InvalidAttributeValue", /Invalid value/],
    ["a broken policy", { Policy: "{" }, "InvalidAttributeValue", /parameter Policy\./],
    [
      "two kinds of encryption",
      { KmsMasterKeyId: "alias/aws/sqs", SqsManagedSseEnabled: "true" },
      "InvalidParameterValue",
      /one type of server-side encryption/,
    ],
  ])("create: refuses %s", async (_, attributes, code, message) => {
    const { call } = createSqsFixture();
    await expect(
      call("CreateQueue", { QueueName: "q", Attributes: attributes as Record<string, string> }),
    ).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await call("ListQueues", {})).toEqual({});
  });

  test.each(["", "with space", "x".repeat(81), "name.fifo"])(
    "create: refuses the name %j",
    async (name) => {
      const { call } = createSqsFixture();
      await expect(call("CreateQueue", { QueueName: name })).rejects.toMatchObject({
        code: "InvalidParameterValue",
        message:
          "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
      });
    },
  );
});

describe("find", () => {
  test("list: filters by prefix and pages by name", async () => {
    const { call, queue } = createSqsFixture();
    for (const name of ["a-1", "b-1", "a-3", "a-2"]) {
      await queue(name);
    }
    const first = await call("ListQueues", { QueueNamePrefix: "a", MaxResults: 2 });
    const second = await call("ListQueues", {
      QueueNamePrefix: "a",
      MaxResults: 2,
      NextToken: first.NextToken,
    });
    const names = [...(first.QueueUrls ?? []), ...(second.QueueUrls ?? [])];
    expect(names.map((url) => url.split("/").at(-1))).toEqual(["a-1", "a-2", "a-3"]);
    expect(second.NextToken).toBeUndefined();
    await expect(call("ListQueues", { NextToken: "nonsense" })).rejects.toMatchObject({
      message: "Invalid or expired next token.",
    });
    await expect(call("ListQueues", { MaxResults: 0 })).rejects.toMatchObject({
      code: "InvalidParameterValue",
    });
  });

  test("url: accepts every form that clients hold, and answers for the caller's endpoint", async () => {
    const { call, queue } = createSqsFixture();
    await queue("orders");
    for (const QueueUrl of [
      "http://localhost:4566/000000000000/orders",
      "https://sqs.us-east-1.amazonaws.com/000000000000/orders",
      "http://sqs.us-east-1.localhost:4566/000000000000/orders/",
      "http://localhost:4566/queue/us-east-1/000000000000/orders",
      "/000000000000/orders",
    ]) {
      await call("SendMessage", { QueueUrl, MessageBody: "x" });
    }
    expect(
      await call("GetQueueUrl", { QueueName: "orders" }, { endpoint: "http://engine:1" }),
    ).toEqual({ QueueUrl: "http://engine:1/000000000000/orders" });
    await expect(
      call("SendMessage", { QueueUrl: "orders", MessageBody: "x" }),
    ).rejects.toMatchObject({
      code: "InvalidAddress",
      message: "The address orders is not valid for this endpoint.",
    });
  });

  test("url: another account's queue is named by its owner", async () => {
    const { call } = createSqsFixture();
    await call("CreateQueue", { QueueName: "theirs" }, { accountId: "111111111111" });
    const input = { QueueName: "theirs", QueueOwnerAWSAccountId: "111111111111" };
    expect((await call("GetQueueUrl", input)).QueueUrl).toMatch(/\/111111111111\/theirs$/);
    await expect(call("GetQueueUrl", { QueueName: "theirs" })).rejects.toMatchObject({
      code: "QueueDoesNotExist",
      message: "The specified queue does not exist.",
    });
  });

  test("delete: the queue and its messages are gone, also for one made anew", async () => {
    const { call, queue, bodies, clock, store } = createSqsFixture();
    const url = await queue("orders");
    await call("SendMessage", { QueueUrl: url, MessageBody: "old" });
    await call("DeleteQueue", { QueueUrl: url });
    await expect(call("SendMessage", { QueueUrl: url, MessageBody: "x" })).rejects.toMatchObject({
      code: "QueueDoesNotExist",
    });
    await queue("orders");
    expect(await bodies(url)).toEqual([]);
    await clock.advance(10);
    expect(await store.read((tx) => [...tx.range({ prefix: ["sqs", "message"] })].length)).toBe(0);
  });
});

describe("attributes", () => {
  test("get: All answers what a new queue has", async () => {
    const { attributes, queue } = createSqsFixture();
    expect(await attributes(await queue("orders"))).toEqual({
      QueueArn: `${ARN}:orders`,
      CreatedTimestamp: String(Date.UTC(2026, 0, 1) / 1000),
      LastModifiedTimestamp: String(Date.UTC(2026, 0, 1) / 1000),
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
      ApproximateNumberOfMessagesDelayed: "0",
      VisibilityTimeout: "30",
      MaximumMessageSize: "1048576",
      MessageRetentionPeriod: "345600",
      DelaySeconds: "0",
      ReceiveMessageWaitTimeSeconds: "0",
      SqsManagedSseEnabled: "true",
    });
  });

  test("get: answers only what was asked for, and refuses unknown names", async () => {
    const { call, queue } = createSqsFixture();
    const QueueUrl = await queue("orders");
    const get = (...AttributeNames: string[]) =>
      call("GetQueueAttributes", { QueueUrl, AttributeNames });
    expect(await get("DelaySeconds", "Policy", "FifoQueue")).toEqual({
      Attributes: { DelaySeconds: "0" },
    });
    expect(await call("GetQueueAttributes", { QueueUrl })).toEqual({});
    await expect(get("Nope")).rejects.toMatchObject({ message: "Unknown Attribute Nope." });
  });

  test("get: counts visible, hidden and delayed messages, not expired ones", async () => {
    const { attributes, call, clock, queue, receive } = createSqsFixture();
    const QueueUrl = await queue("orders", { MessageRetentionPeriod: "60" });
    for (const delay of [0, 0, 0, 20]) {
      await call("SendMessage", { QueueUrl, MessageBody: "x", DelaySeconds: delay });
    }
    await receive(QueueUrl, { MaxNumberOfMessages: 1 });
    expect(await attributes(QueueUrl)).toMatchObject({
      ApproximateNumberOfMessages: "2",
      ApproximateNumberOfMessagesNotVisible: "1",
      ApproximateNumberOfMessagesDelayed: "1",
    });
    await clock.advance(60_000);
    expect(await attributes(QueueUrl)).toMatchObject({
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
      ApproximateNumberOfMessagesDelayed: "0",
    });
  });

  test("set: stores documents compact and removes them when empty", async () => {
    const { attributes, call, clock, queue } = createSqsFixture();
    await queue("dead");
    const QueueUrl = await queue("orders");
    await clock.advance(5000);
    await call("SetQueueAttributes", {
      QueueUrl,
      Attributes: {
        Policy: ` ${POLICY} `,
        RedrivePolicy: `{"maxReceiveCount": "3", "deadLetterTargetArn": "${ARN}:dead"}`,
        RedriveAllowPolicy: '{"redrivePermission": "denyAll"}',
        KmsMasterKeyId: "alias/key",
      },
    });
    expect(await attributes(QueueUrl)).toMatchObject({
      Policy: POLICY,
      RedrivePolicy: `{"deadLetterTargetArn":"${ARN}:dead","maxReceiveCount":3}`,
      RedriveAllowPolicy: '{"redrivePermission":"denyAll"}',
      KmsMasterKeyId: "alias/key",
      KmsDataKeyReusePeriodSeconds: "300",
      SqsManagedSseEnabled: "false",
      LastModifiedTimestamp: String(Date.UTC(2026, 0, 1) / 1000 + 5),
    });
    await call("SetQueueAttributes", {
      QueueUrl,
      Attributes: { Policy: "", RedrivePolicy: "", RedriveAllowPolicy: "", KmsMasterKeyId: "" },
    });
    const after = await attributes(QueueUrl);
    for (const name of ["Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId"]) {
      expect(after).not.toHaveProperty(name);
    }
  });

  test.each([
    ["not JSON", "x", "Redrive policy is not a valid JSON map."],
    ["no count", `{"deadLetterTargetArn":"${ARN}:dead"}`, "mandatory attribute: maxReceiveCount."],
    ["no target", '{"maxReceiveCount":1}', "mandatory attribute: deadLetterTargetArn."],
    [
      "a count of 0",
      `{"deadLetterTargetArn":"${ARN}:dead","maxReceiveCount":0}`,
      "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.",
    ],
    [
      "a target that is not there",
      `{"deadLetterTargetArn":"${ARN}:nowhere","maxReceiveCount":1}`,
      "Dead letter target does not exist.",
    ],
    [
      "a target that denies",
      `{"deadLetterTargetArn":"${ARN}:closed","maxReceiveCount":1}`,
      "does not allow this queue as a source.",
    ],
  ])("set: refuses a redrive policy with %s", async (_, policy, reason) => {
    const { call, queue } = createSqsFixture();
    await queue("dead");
    await queue("closed", { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
    const QueueUrl = await queue("orders");
    await expect(
      call("SetQueueAttributes", { QueueUrl, Attributes: { RedrivePolicy: policy } }),
    ).rejects.toMatchObject({
      code: "InvalidParameterValue",
      message: expect.stringContaining(reason),
    });
  });

  test("dead letter sources: come in pages", async () => {
    const { call, queue } = createSqsFixture();
    const QueueUrl = await queue("dead");
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: `${ARN}:dead`,
      maxReceiveCount: 1,
    });
    const sources: string[] = [];
    for (const name of ["a", "b", "c"]) {
      sources.push(await queue(name, { RedrivePolicy }));
    }
    const list = (NextToken?: string) =>
      call("ListDeadLetterSourceQueues", { QueueUrl, MaxResults: 2, NextToken });
    const first = await list();
    expect(first.queueUrls).toEqual(sources.slice(0, 2));
    const second = await list(first.NextToken);
    expect(second).toEqual({ queueUrls: sources.slice(2), NextToken: undefined });
    await expect(list("?")).rejects.toMatchObject({ code: "InvalidParameterValue" });
  });

  test.each([
    { permission: { redrivePermission: "allowAll" }, allows: ["a", "b"] },
    { permission: { redrivePermission: "denyAll" }, allows: [] },
    {
      permission: { redrivePermission: "byQueue", sourceQueueArns: [`${ARN}:a`] },
      allows: ["a"],
    },
  ])("redrive allow policy: $permission", async ({ permission, allows }) => {
    const { call, queue } = createSqsFixture();
    await queue("dead", { RedriveAllowPolicy: JSON.stringify(permission) });
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: `${ARN}:dead`,
      maxReceiveCount: 1,
    });
    for (const name of ["a", "b"]) {
      const created = call("CreateQueue", { QueueName: name, Attributes: { RedrivePolicy } });
      const QueueUrl = allows.includes(name)
        ? (await created).QueueUrl
        : await queue(`${name}-set`);
      const isSet = allows.includes(name);
      const set = call("SetQueueAttributes", {
        QueueUrl: QueueUrl ?? "",
        Attributes: { RedrivePolicy },
      });
      if (isSet) {
        await set;
      } else {
        await expect(created).rejects.toMatchObject({ code: "InvalidParameterValue" });
        await expect(set).rejects.toMatchObject({ code: "InvalidParameterValue" });
      }
    }
  });

  test.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["an unknown key", JSON.stringify({ Statement: STATEMENT, Statements: [] })],
    ["an unknown version", JSON.stringify({ Version: "2020-01-01", Statement: STATEMENT })],
    ["no statement", JSON.stringify({ Version: "2012-10-17", Statement: [] })],
    ["21 statements", JSON.stringify({ Statement: Array(21).fill(STATEMENT) })],
    ["no effect", JSON.stringify({ Statement: { ...STATEMENT, Effect: undefined } })],
    ["no principal", JSON.stringify({ Statement: { ...STATEMENT, Principal: undefined } })],
    ["an empty principal", JSON.stringify({ Statement: { ...STATEMENT, Principal: {} } })],
    ["two kinds of action", JSON.stringify({ Statement: { ...STATEMENT, NotAction: "sqs:*" } })],
    ["another service", JSON.stringify({ Statement: { ...STATEMENT, Action: "s3:GetObject" } })],
    ["a broken condition", JSON.stringify({ Statement: { ...STATEMENT, Condition: "x" } })],
    ["too much", JSON.stringify({ Id: "x".repeat(8_192), Statement: STATEMENT })],
  ])("set: a policy with %s changes nothing", async (_what, Policy) => {
    const { attributes, call, queue } = createSqsFixture();
    const QueueUrl = await queue("q", { Policy: POLICY });
    await expect(
      call("SetQueueAttributes", { QueueUrl, Attributes: { Policy, DelaySeconds: "5" } }),
    ).rejects.toMatchObject({
      code: "InvalidAttributeValue",
      message: "Invalid value for the parameter Policy.",
    });
    expect(await attributes(QueueUrl)).toMatchObject({ Policy: POLICY, DelaySeconds: "0" });
  });

  test("dead letter sources: lists the queues whose redrive policy points here", async () => {
    const { call, queue } = createSqsFixture();
    const dead = await queue("dead");
    const policy = JSON.stringify({ deadLetterTargetArn: `${ARN}:dead`, maxReceiveCount: 1 });
    const [a, b] = [
      await queue("a", { RedrivePolicy: policy }),
      await queue("b", { RedrivePolicy: policy }),
    ];
    const list = () => call("ListDeadLetterSourceQueues", { QueueUrl: dead });
    expect(await list()).toEqual({ queueUrls: [a, b], NextToken: undefined });
    await call("SetQueueAttributes", { QueueUrl: a, Attributes: { RedrivePolicy: "" } });
    await call("DeleteQueue", { QueueUrl: b });
    expect((await list()).queueUrls).toEqual([]);
  });
});

const STATEMENT = {
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: "SQS:SendMessage",
  Resource: "*",
};
const POLICY = JSON.stringify({ Version: "2012-10-17", Statement: STATEMENT });

describe("tags and permissions", () => {
  test("tags: are added, replaced, removed and listed", async () => {
    const { call } = createSqsFixture();
    const { QueueUrl = "" } = await call("CreateQueue", { QueueName: "q", tags: { team: "a" } });
    await call("TagQueue", { QueueUrl, Tags: { team: "b", cost: "1" } });
    await call("UntagQueue", { QueueUrl, TagKeys: ["cost"] });
    expect(await call("ListQueueTags", { QueueUrl })).toEqual({ Tags: { team: "b" } });
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, ""]));
    await expect(call("TagQueue", { QueueUrl, Tags: many })).rejects.toMatchObject({
      message: "Too many tags added for queue q.",
    });
  });

  test("permissions: edit the policy", async () => {
    const { attributes, call, queue } = createSqsFixture();
    const QueueUrl = await queue("q");
    const add = (Actions: string[], Label = "l") =>
      call("AddPermission", { QueueUrl, Label, AWSAccountIds: ["111111111111"], Actions });
    await add(["SendMessage"]);
    expect(JSON.parse((await attributes(QueueUrl))["Policy"] ?? "")).toEqual({
      Version: "2012-10-17",
      Id: `${ARN}:q/SQSDefaultPolicy`,
      Statement: [
        {
          Sid: "l",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111111111111:root" },
          Action: "SQS:SendMessage",
          Resource: `${ARN}:q`,
        },
      ],
    });
    await expect(add(["SendMessage"])).rejects.toMatchObject({
      message: "Value l for parameter Label is invalid. Reason: Already exists.",
    });
    await expect(add(["CreateQueue"], "m")).rejects.toMatchObject({
      message: expect.stringContaining("Only the queue owner is allowed to invoke this action."),
    });
    await call("RemovePermission", { QueueUrl, Label: "l" });
    expect(await attributes(QueueUrl)).not.toHaveProperty("Policy");
    for (let at = 0; at < 20; at += 1) {
      await add(["SendMessage"], `l${at}`);
    }
    await expect(add(["SendMessage"], "one-more")).rejects.toMatchObject({ code: "OverLimit" });
    await expect(call("RemovePermission", { QueueUrl, Label: "l" })).rejects.toMatchObject({
      message: expect.stringContaining("can't find label on existing policy."),
    });
  });
});
