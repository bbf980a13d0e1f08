/** Buckets by template: what they are configured with, and functions that they notify. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CloudFixture, createCloudFixture } from "../../testing/cloud-fixture.ts";

const Bucket = "things";
let cloud: CloudFixture;

beforeEach(async () => {
  cloud = await createCloudFixture();
});

afterEach(() => cloud.stop());

async function deployed(
  operation: "CreateStack" | "UpdateStack",
  properties: object,
): Promise<string> {
  const TemplateBody = JSON.stringify({
    Resources: {
      Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "events" } },
      Things: { Type: "AWS::S3::Bucket", Properties: { BucketName: Bucket, ...properties } },
    },
  });
  await cloud.call("cloudformation", operation, { StackName: "shop", TemplateBody });
  const { failures, status } = await cloud.settled("shop");
  expect(failures).toEqual([]);
  return status;
}

test("bucket: versions, rules and notifications are made, changed, and gone again", async () => {
  const created = await deployed("CreateStack", {
    VersioningConfiguration: { Status: "Enabled" },
    LifecycleConfiguration: {
      Rules: [
        { Id: "one", Status: "Enabled", Prefix: "logs/", ExpirationInDays: "3" },
        {
          Id: "two",
          Status: "Enabled",
          TagFilters: [{ Key: "a", Value: "b" }],
          NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        },
      ],
    },
    NotificationConfiguration: {
      EventBridgeConfiguration: { EventBridgeEnabled: true },
      QueueConfigurations: [
        {
          Event: "s3:ObjectCreated:*",
          Queue: { "Fn::GetAtt": ["Queue", "Arn"] },
          Filter: { S3Key: { Rules: [{ Name: "prefix", Value: "in/" }] } },
        },
      ],
    },
  });
  expect(created).toBe("CREATE_COMPLETE");
  const versioning = () => cloud.call("s3", "GetBucketVersioning", { Bucket });
  const notifications = () => cloud.call("s3", "GetBucketNotificationConfiguration", { Bucket });
  expect(await versioning()).toEqual({ Status: "Enabled" });
  expect(await cloud.call("s3", "GetBucketLifecycleConfiguration", { Bucket })).toMatchObject({
    Rules: [
      { ID: "one", Filter: { Prefix: "logs/" }, Expiration: { Days: 3 } },
      {
        ID: "two",
        Filter: { Tag: { Key: "a", Value: "b" } },
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      },
    ],
  });
  expect(await notifications()).toMatchObject({
    QueueConfigurations: [
      {
        QueueArn: "arn:aws:sqs:us-east-1:000000000000:events",
        Events: ["s3:ObjectCreated:*"],
        Filter: { Key: { FilterRules: [{ Name: "Prefix", Value: "in/" }] } },
      },
    ],
    EventBridgeConfiguration: {},
  });
  expect(await deployed("UpdateStack", {})).toBe("UPDATE_COMPLETE");
  expect(await versioning()).toEqual({ Status: "Suspended" });
  expect(await notifications()).toEqual({});
  await expect(
    cloud.call("s3", "GetBucketLifecycleConfiguration", { Bucket }),
  ).rejects.toMatchObject({ code: "NoSuchLifecycleConfiguration" });
});
