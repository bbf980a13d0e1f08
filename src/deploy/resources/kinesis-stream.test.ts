/** Streams, their consumers and policies, and functions that read them, by template. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CloudFixture, createCloudFixture } from "../../testing/cloud-fixture.ts";

const ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/clicks";
let cloud: CloudFixture;

beforeEach(async () => {
  cloud = await createCloudFixture();
});

afterEach(() => cloud.stop());

function template(stream: object, more: object = {}): string {
  return JSON.stringify({
    Resources: {
      Stream: { Type: "AWS::Kinesis::Stream", Properties: { Name: "clicks", ...stream } },
      ...more,
    },
    Outputs: { Arn: { Value: { "Fn::GetAtt": ["Stream", "Arn"] } } },
  });
}

async function deployed(operation: "CreateStack" | "UpdateStack", TemplateBody: string) {
  const { StackId = "" } = await cloud.call("cloudformation", operation, {
    StackName: "app",
    TemplateBody,
    Tags: [{ Key: "team", Value: "web" }],
  });
  return cloud.settled(StackId);
}

const summary = async () =>
  (await cloud.call("kinesis", "DescribeStreamSummary", { StreamName: "clicks" }))
    .StreamDescriptionSummary;

test("stream: is made and changed as the template says, and goes with its consumers", async () => {
  const consumers = {
    Reader: {
      Type: "AWS::Kinesis::StreamConsumer",
      Properties: { ConsumerName: "reader", StreamARN: { "Fn::GetAtt": ["Stream", "Arn"] } },
    },
    Policy: {
      Type: "AWS::Kinesis::ResourcePolicy",
      Properties: {
        ResourceArn: { "Fn::GetAtt": ["Stream", "Arn"] },
        ResourcePolicy: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { AWS: "111111111111" },
              Action: "kinesis:PutRecord",
              Resource: ARN,
            },
          ],
        },
      },
    },
  };
  const first = await deployed("CreateStack", template({ ShardCount: 2 }, consumers));
  expect([first.status, first.outputs["Arn"]]).toEqual(["CREATE_COMPLETE", ARN]);
  expect(await summary()).toMatchObject({ OpenShardCount: 2, ConsumerCount: 1 });
  const tags = await cloud.call("kinesis", "ListTagsForResource", { ResourceARN: ARN });
  expect(tags.Tags).toContainEqual({ Key: "team", Value: "web" });
  const changed = {
    ShardCount: 3,
    RetentionPeriodHours: 48,
    MaxRecordSizeInKiB: 2_048,
    StreamEncryption: { EncryptionType: "KMS", KeyId: "alias/aws/kinesis" },
    DesiredShardLevelMetrics: ["IncomingBytes"],
    Tags: [{ Key: "own", Value: "1" }],
  };
  expect((await deployed("UpdateStack", template(changed, consumers))).status).toBe(
    "UPDATE_COMPLETE",
  );
  expect(await summary()).toMatchObject({
    OpenShardCount: 3,
    RetentionPeriodHours: 48,
    MaxRecordSizeInKiB: 2_048,
    EncryptionType: "KMS",
    EnhancedMonitoring: [{ ShardLevelMetrics: ["IncomingBytes"] }],
  });
  const onDemand = { StreamModeDetails: { StreamMode: "ON_DEMAND" } };
  const even = { ...onDemand, RecordDistributionStrategy: "AUTO" };
  expect((await deployed("UpdateStack", template(even))).status).toBe("UPDATE_COMPLETE");
  expect(await summary()).toMatchObject({ RecordDistributionStrategy: "AUTO" });
  expect((await deployed("UpdateStack", template(onDemand))).status).toBe("UPDATE_COMPLETE");
  expect(await summary()).toMatchObject({
    StreamModeDetails: { StreamMode: "ON_DEMAND" },
    RecordDistributionStrategy: "USER_PARTITION_KEY",
    RetentionPeriodHours: 24,
    EncryptionType: "NONE",
    ConsumerCount: 0,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
  });
  await cloud.call("cloudformation", "DeleteStack", { StackName: "app" });
  const stacks = await cloud.call("kinesis", "ListStreams", {});
  expect(stacks.StreamNames.length).toBeLessThanOrEqual(1);
});

/** A function with one event of a stream, a table with one, and a queue for what fails. */
async function readerOf(Type: "Kinesis" | "DynamoDB", settings: object) {
  const Stream = Type === "Kinesis" ? ["Stream", "Arn"] : ["Table", "StreamArn"];
  const TemplateBody = JSON.stringify({
    Transform: "AWS::Serverless-2016-10-31",
    Resources: {
      Stream: { Type: "AWS::Kinesis::Stream", Properties: { Name: "clicks" } },
      Failed: { Type: "AWS::SQS::Queue", Properties: { QueueName: "failed" } },
      Table: {
        Type: "AWS::DynamoDB::Table",
        Properties: {
          TableName: "orders",
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          StreamSpecification: { StreamViewType: "NEW_IMAGE" },
        },
      },
      Reader: {
        Type: "AWS::Serverless::Function",
        Properties: {
          FunctionName: "reader",
          Runtime: "nodejs20.x",
          Handler: "index.handler",
          InlineCode: "exports.handler = async () => {}",
          Events: {
            Clicks: { Type, Properties: { Stream: { "Fn::GetAtt": Stream }, ...settings } },
          },
        },
      },
    },
  });
  const { StackId = "" } = await cloud.call("cloudformation", "CreateStack", {
    StackName: "sam",
    TemplateBody,
    Capabilities: ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
  });
  const stack = await cloud.settled(StackId);
  expect([stack.status, ...stack.failures]).toEqual(["CREATE_COMPLETE"]);
  const { EventSourceMappings } = await cloud.call("lambda", "ListEventSourceMappings", {
    FunctionName: "reader",
  });
  return EventSourceMappings?.[0];
}

test("SAM: a function reads a stream from a time on", async () => {
  const mapping = await readerOf("Kinesis", {
    StartingPosition: "AT_TIMESTAMP",
    StartingPositionTimestamp: 1_700_000_000,
    BatchSize: 7,
  });
  expect(mapping).toMatchObject({
    EventSourceArn: ARN,
    BatchSize: 7,
    StartingPosition: "AT_TIMESTAMP",
    StartingPositionTimestamp: new Date(1_700_000_000_000),
  });
});

test.each(["Kinesis", "DynamoDB"] as const)("SAM: a %s event hands on all it has", async (type) => {
  const settings = {
    BatchSize: 50,
    BisectBatchOnFunctionError: true,
    FilterCriteria: { Filters: [{ Pattern: '{"data":{"kind":["buy"]}}' }] },
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    MaximumBatchingWindowInSeconds: 5,
    MaximumRecordAgeInSeconds: 3_600,
    MaximumRetryAttempts: 4,
    ParallelizationFactor: 2,
    StartingPosition: "TRIM_HORIZON",
  };
  const OnFailure = { Type: "SQS", Destination: { "Fn::GetAtt": ["Failed", "Arn"] } };
  const mapping = await readerOf(type, {
    ...settings,
    DestinationConfig: { OnFailure },
    Enabled: false,
  });
  expect(mapping).toMatchObject({
    ...settings,
    State: expect.stringMatching(/^Disabl/),
    DestinationConfig: {
      OnFailure: { Destination: "arn:aws:sqs:us-east-1:000000000000:failed" },
    },
  });
});

test("SAM: a window is the mapping's", async () => {
  const settings = { StartingPosition: "LATEST", TumblingWindowInSeconds: 30 };
  expect(await readerOf("Kinesis", settings)).toMatchObject(settings);
});

test("table: its changes go to the stream the template names, until it names none", async () => {
  const table = (more: object) => ({
    Table: {
      Type: "AWS::DynamoDB::Table",
      Properties: {
        TableName: "orders",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        ...more,
      },
    },
  });
  const destination = (more: object) =>
    table({
      KinesisStreamSpecification: { StreamArn: { "Fn::GetAtt": ["Stream", "Arn"] }, ...more },
    });
  const seen = async () =>
    (await cloud.call("dynamodb", "DescribeKinesisStreamingDestination", { TableName: "orders" }))
      .KinesisDataStreamDestinations;
  await deployed("CreateStack", template({}, destination({})));
  expect(await seen()).toMatchObject([{ StreamArn: ARN, DestinationStatus: "ACTIVE" }]);
  const precise = destination({ ApproximateCreationDateTimePrecision: "MICROSECOND" });
  await deployed("UpdateStack", template({}, precise));
  expect(await seen()).toMatchObject([{ ApproximateCreationDateTimePrecision: "MICROSECOND" }]);
  await deployed("UpdateStack", template({}, table({})));
  expect(await seen()).toMatchObject([{ StreamArn: ARN, DestinationStatus: "DISABLED" }]);
});
