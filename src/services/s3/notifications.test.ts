import { expect, test } from "vitest";
import { bodyOf, createTestBucket, type TestBucket } from "../../testing/s3-fixture.ts";

const Bucket = "bucket";
const QUEUE = "arn:aws:sqs:us-east-1:000000000000:queue";
const TOPIC = "arn:aws:sns:us-east-1:000000000000:topic";
const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:fn";
const CREATED = { QueueArn: QUEUE, Events: ["s3:ObjectCreated:*"], Id: "created" };

async function notified(NotificationConfiguration: object): Promise<TestBucket> {
  const bucket = await createTestBucket();
  await bucket.s3("PutBucketNotificationConfiguration", { Bucket, NotificationConfiguration });
  return bucket;
}

interface EventRecord {
  readonly eventName: string;
  readonly s3: { readonly object: { readonly key: string; readonly sequencer: string } };
}

async function recordsOf(bucket: TestBucket): Promise<readonly (readonly [string, EventRecord])[]> {
  return (await bucket.told()).map(({ target, envelope }) => {
    const { Records } = JSON.parse(envelope.payload) as { readonly Records: [EventRecord] };
    return [target, Records[0]];
  });
}

test("PutBucketNotificationConfiguration: is returned, and tested by a message", async () => {
  const filter = { Key: { FilterRules: [{ Name: "Prefix", Value: "in/" }] } };
  const configuration = {
    QueueConfigurations: [{ ...CREATED, Filter: filter }],
    TopicConfigurations: [{ TopicArn: TOPIC, Events: ["s3:ObjectRemoved:*"], Id: "removed" }],
    LambdaFunctionConfigurations: [
      { LambdaFunctionArn: FUNCTION, Events: ["s3:ObjectTagging:*"], Id: "tagged" },
    ],
    EventBridgeConfiguration: {},
  };
  const { s3, told } = await notified(configuration);
  expect(await s3("GetBucketNotificationConfiguration", { Bucket })).toEqual(configuration);
  const messages = await told();
  expect(messages.map(({ target }) => target)).toEqual([QUEUE, TOPIC]);
  expect(JSON.parse(messages[0]?.envelope.payload ?? "")).toMatchObject({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Bucket,
  });
  expect(messages[1]?.envelope.subject).toBe("Amazon S3 Notification");
  await s3("PutBucketNotificationConfiguration", { Bucket, NotificationConfiguration: {} });
  expect(await s3("GetBucketNotificationConfiguration", { Bucket })).toEqual({});
  await s3("PutObject", { Bucket, Key: "in/key" });
  expect(await told()).toEqual([]);
});

test("notifications: a write tells what AWS tells, in order, with the key encoded", async () => {
  const bucket = await notified({
    QueueConfigurations: [{ QueueArn: QUEUE, Events: ["s3:ObjectCreated:*"], Id: "one" }],
    LambdaFunctionConfigurations: [
      { LambdaFunctionArn: FUNCTION, Events: ["s3:ObjectRemoved:Delete", "s3:ObjectTagging:Put"] },
    ],
  });
  await bucket.told();
  const at = { Bucket, Key: "a folder/ü+.txt" };
  await bucket.s3("PutObject", { ...at, Body: bodyOf("content") });
  await bucket.s3("PutObjectTagging", { ...at, Tagging: { TagSet: [{ Key: "a", Value: "b" }] } });
  await bucket.s3("CopyObject", {
    Bucket,
    Key: "copy",
    CopySource: "bucket/a%20folder/%C3%BC%2B.txt",
  });
  await bucket.s3("DeleteObject", at);
  await bucket.s3("DeleteObject", at);
  const records = await recordsOf(bucket);
  expect(records.map(([target, { eventName, s3 }]) => [target, eventName, s3.object.key])).toEqual([
    [QUEUE, "ObjectCreated:Put", "a+folder/%C3%BC%2B.txt"],
    [FUNCTION, "ObjectTagging:Put", "a+folder/%C3%BC%2B.txt"],
    [QUEUE, "ObjectCreated:Copy", "copy"],
    [FUNCTION, "ObjectRemoved:Delete", "a+folder/%C3%BC%2B.txt"],
  ]);
  expect(records[0]?.[1]).toMatchObject({
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: "us-east-1",
    eventTime: "2026-01-01T00:00:00.000Z",
    userIdentity: { principalId: "AWS:000000000000" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "one",
      bucket: { name: "bucket", arn: "arn:aws:s3:::bucket" },
      object: { size: 7, eTag: "9a0364b9e99bb480dd25e1f0284c8555" },
    },
  });
  const sequencers = records.map(([, { s3 }]) => s3.object.sequencer);
  expect(sequencers.toSorted()).toEqual(sequencers);
  expect(new Set(sequencers).size).toBe(4);
});

test("notifications: only keys that the filter lets through", async () => {
  const rules = [
    { Name: "prefix", Value: "in/" },
    { Name: "SUFFIX", Value: ".jpg" },
  ];
  const bucket = await notified({
    QueueConfigurations: [{ ...CREATED, Filter: { Key: { FilterRules: rules } } }],
  });
  await bucket.told();
  for (const Key of ["in/a.jpg", "in/a.png", "a.jpg", "in/b.jpg"]) {
    await bucket.s3("PutObject", { Bucket, Key });
  }
  const keys = (await recordsOf(bucket)).map(([, { s3 }]) => s3.object.key);
  expect(keys).toEqual(["in/a.jpg", "in/b.jpg"]);
});

test("notifications: versions, and EventBridge", async () => {
  const bucket = await notified({ EventBridgeConfiguration: {} });
  await bucket.s3("PutBucketVersioning", {
    Bucket,
    VersioningConfiguration: { Status: "Enabled" },
  });
  const at = { Bucket, Key: "a key" };
  const { VersionId } = await bucket.s3("PutObject", { ...at, Body: bodyOf("content") });
  const { VersionId: marker } = await bucket.s3("DeleteObject", at);
  await bucket.s3("DeleteObject", { ...at, VersionId });
  const events = (await bucket.told()).map(({ target, envelope }) => {
    expect(target).toBe("arn:aws:events:us-east-1:000000000000:event-bus/default");
    return JSON.parse(envelope.payload) as object;
  });
  expect(events).toMatchObject([
    {
      version: "0",
      "detail-type": "Object Created",
      source: "aws.s3",
      account: "000000000000",
      time: "2026-01-01T00:00:00Z",
      region: "us-east-1",
      resources: ["arn:aws:s3:::bucket"],
      detail: {
        version: "0",
        bucket: { name: "bucket" },
        object: { key: "a key", size: 7, "version-id": VersionId },
        requester: "000000000000",
        reason: "PutObject",
      },
    },
    {
      "detail-type": "Object Deleted",
      detail: { object: { "version-id": marker }, "deletion-type": "Delete Marker Created" },
    },
    {
      "detail-type": "Object Deleted",
      detail: { object: { "version-id": VersionId }, "deletion-type": "Permanently Deleted" },
    },
  ]);
});

test("notifications: a write that fails tells nothing", async () => {
  const bucket = await notified({ QueueConfigurations: [CREATED] });
  await bucket.told();
  const at = {
    Bucket,
    Key: "key",
    Body: bodyOf("content"),
    ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==",
  };
  await expect(bucket.s3("PutObject", at)).rejects.toMatchObject({ code: "BadDigest" });
  await bucket.s3("PutObject", { Bucket, Key: "key" });
  expect(await recordsOf(bucket)).toHaveLength(1);
  await expect(bucket.s3("PutObject", { Bucket, Key: "key", IfNoneMatch: "*" })).rejects.toThrow();
  expect(await bucket.told()).toEqual([]);
});

test.each([
  [{ QueueConfigurations: [{ ...CREATED, QueueArn: TOPIC }] }, "The ARN is not well formed"],
  [
    { QueueConfigurations: [{ ...CREATED, Events: ["s3:ObjectEaten"] }] },
    "The event is not supported for notifications",
  ],
  [
    {
      QueueConfigurations: [
        CREATED,
        { QueueArn: `${QUEUE}2`, Events: ["s3:ObjectCreated:Put"], Id: "two" },
      ],
    },
    "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
  ],
  [
    { QueueConfigurations: [{ ...CREATED, QueueArn: `${QUEUE}:missing` }] },
    "Unable to validate the following destination configurations",
  ],
  [
    {
      LambdaFunctionConfigurations: [
        { LambdaFunctionArn: `${FUNCTION}:missing`, Events: CREATED.Events },
      ],
    },
    "Unable to validate the following destination configurations",
  ],
  [
    {
      LambdaFunctionConfigurations: [
        { LambdaFunctionArn: `${FUNCTION}:silent`, Events: CREATED.Events },
      ],
    },
    "Unable to validate the following destination configurations",
  ],
])("PutBucketNotificationConfiguration: refuses %j", async (configuration, message) => {
  const { s3 } = await createTestBucket();
  const put = s3("PutBucketNotificationConfiguration", {
    Bucket,
    NotificationConfiguration: configuration,
  });
  await expect(put).rejects.toMatchObject({ code: "InvalidArgument", message });
  expect(await s3("GetBucketNotificationConfiguration", { Bucket })).toEqual({});
});

test("PutBucketNotificationConfiguration: says what a function's policy does not let it do", async () => {
  const { s3 } = await createTestBucket();
  const LambdaFunctionArn = `${FUNCTION}:other`;
  const input = {
    Bucket,
    NotificationConfiguration: {
      LambdaFunctionConfigurations: [{ LambdaFunctionArn, Events: CREATED.Events }],
    },
  };
  await expect(s3("PutBucketNotificationConfiguration", input)).rejects.toMatchObject({
    code: "InvalidArgument",
    members: {
      ArgumentName1: LambdaFunctionArn,
      ArgumentValue1: `Not authorized to invoke function [${LambdaFunctionArn}]`,
    },
  });
  await s3("PutBucketNotificationConfiguration", { ...input, SkipDestinationValidation: true });
});
