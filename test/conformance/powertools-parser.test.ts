/**
 * The events that functions get, held against the schemas of Powertools' parser: what a handler that
 * checks its events with them would say.
 *
 * https://docs.aws.amazon.com/powertools/typescript/latest/features/parser/
 */
import {
  APIGatewayProxyEventSchema,
  APIGatewayProxyEventV2Schema,
  DynamoDBStreamSchema,
  EventBridgeSchema,
  KinesisDataStreamSchema,
  LambdaFunctionUrlSchema,
  S3EventNotificationEventBridgeSchema,
  S3Schema,
  S3SqsEventNotificationSchema,
  SnsSchema,
  SnsSqsNotificationSchema,
  SqsSchema,
} from "@aws-lambda-powertools/parser/schemas";
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { beforeAll, expect, test } from "vitest";
import { eventually } from "../examples/eventually.ts";
import { startEngine } from "./engine.ts";

const SETTLED_MS = 60_000;

interface Schema {
  safeParse(event: unknown): { readonly success: boolean };
}

/** By their names, which the functions that get such events have in the template. */
const SCHEMAS: Readonly<Record<string, Schema>> = {
  SqsSchema,
  SnsSchema,
  SnsSqsNotificationSchema,
  S3SqsEventNotificationSchema,
  EventBridgeSchema,
  S3EventNotificationEventBridgeSchema,
  KinesisDataStreamSchema,
  DynamoDBStreamSchema,
  S3Schema,
  APIGatewayProxyEventV2Schema,
  APIGatewayProxyEventSchema,
  LambdaFunctionUrlSchema,
};

const witness = (events: string): string => `
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      InlineCode: |
        exports.handler = async (event) => {
          console.log("EVENT " + JSON.stringify(event));
          return { statusCode: 200, body: "{}" };
        };
${events}`;

/** `Name: { Type, Properties }` in one line, as an event of the function. */
const on = (type: string, properties: string): string =>
  witness(`      Events: { E: { Type: ${type}, Properties: { ${properties} } } }`);

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Queue: { Type: AWS::SQS::Queue }
  Subscribed: { Type: AWS::SQS::Queue }
  Notified: { Type: AWS::SQS::Queue }
  Topic: { Type: AWS::SNS::Topic }
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: { TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Subscribed.Arn }
  Policies:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Subscribed, !Ref Notified]
      PolicyDocument:
        Statement: [{ Effect: Allow, Principal: "*", Action: sqs:SendMessage, Resource: "*" }]
  Stream: { Type: AWS::Kinesis::Stream, Properties: { ShardCount: 1 } }
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } }
  QueuedBucket:
    Type: AWS::S3::Bucket
    DependsOn: Policies
    Properties:
      NotificationConfiguration:
        QueueConfigurations: [{ Event: "s3:ObjectCreated:*", Queue: !GetAtt Notified.Arn }]
  One: { Type: AWS::Serverless::HttpApi }
  Two: { Type: AWS::Serverless::HttpApi }
  SqsSchema:${on("SQS", "Queue: !GetAtt Queue.Arn")}
  SnsSchema:${on("SNS", "Topic: !Ref Topic")}
  SnsSqsNotificationSchema:${on("SQS", "Queue: !GetAtt Subscribed.Arn")}
  S3SqsEventNotificationSchema:${on("SQS", "Queue: !GetAtt Notified.Arn")}
  EventBridgeSchema:${on("EventBridgeRule", "Pattern: { source: [shop] }")}
  S3EventNotificationEventBridgeSchema:${on("EventBridgeRule", "Pattern: { source: [aws.s3] }")}
  KinesisDataStreamSchema:${on("Kinesis", "Stream: !GetAtt Stream.Arn, StartingPosition: TRIM_HORIZON")}
  DynamoDBStreamSchema:${on("DynamoDB", "Stream: !GetAtt Table.StreamArn, StartingPosition: TRIM_HORIZON")}
  S3Schema:${on("S3", 'Bucket: !Ref Bucket, Events: "s3:ObjectCreated:*"')}
  APIGatewayProxyEventV2Schema:${on("HttpApi", "ApiId: !Ref Two, Path: /, Method: POST")}
  APIGatewayProxyEventSchema:${on("HttpApi", 'ApiId: !Ref One, Path: /, Method: POST, PayloadFormatVersion: "1.0"')}
  LambdaFunctionUrlSchema:${witness("      FunctionUrlConfig: { AuthType: NONE }")}
Outputs:
  Queue: { Value: !Ref Queue }
  Topic: { Value: !Ref Topic }
  Stream: { Value: !Ref Stream }
  Table: { Value: !Ref Table }
  Bucket: { Value: !Ref Bucket }
  QueuedBucket: { Value: !Ref QueuedBucket }
  One: { Value: !Ref One }
  Two: { Value: !Ref Two }
  Url: { Value: !GetAtt LambdaFunctionUrlSchemaUrl.FunctionUrl }
`;

const engine = await startEngine();
const { endpoint, config } = engine;

beforeAll(async () => {
  const stacks = new CloudFormationClient(config);
  await stacks.send(
    new CreateStackCommand({
      StackName: "witnesses",
      TemplateBody: TEMPLATE,
      Capabilities: ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    }),
  );
  const stack = await eventually({ what: "the stack", withinMs: SETTLED_MS }, async () => {
    const { Stacks = [] } = await stacks.send(
      new DescribeStacksCommand({ StackName: "witnesses" }),
    );
    return Stacks.find(({ StackStatus = "" }) => !StackStatus.endsWith("IN_PROGRESS"));
  });
  expect(stack.StackStatus).toBe("CREATE_COMPLETE");
  await causeEvents(stack);
});

async function causeEvents({ Outputs = [] }: Stack): Promise<void> {
  const of = (name: string): string =>
    Outputs.find(({ OutputKey }) => OutputKey === name)?.OutputValue ?? "";
  const urlId = new URL(of("Url")).hostname.split(".")[0];
  const post = (url: string) =>
    fetch(`${url}?a=1&a=2`, { method: "POST", body: "{}", headers: { cookie: "c=1" } });
  await Promise.all([
    new SQSClient(config).send(
      new SendMessageCommand({
        QueueUrl: of("Queue"),
        MessageBody: "{}",
        MessageAttributes: { bytes: { DataType: "Binary", BinaryValue: new Uint8Array([1]) } },
      }),
    ),
    new SNSClient(config).send(
      new PublishCommand({
        TopicArn: of("Topic"),
        Message: "m",
        Subject: "s",
        MessageAttributes: { word: { DataType: "String", StringValue: "w" } },
      }),
    ),
    new EventBridgeClient(config).send(
      new PutEventsCommand({ Entries: [{ Source: "shop", DetailType: "t", Detail: "{}" }] }),
    ),
    new KinesisClient(config).send(
      new PutRecordCommand({
        StreamName: of("Stream"),
        PartitionKey: "p",
        Data: Buffer.from("{}"),
      }),
    ),
    new DynamoDBClient(config).send(
      new PutItemCommand({ TableName: of("Table"), Item: { id: { S: "1" }, n: { N: "1" } } }),
    ),
    ...["Bucket", "QueuedBucket"].map((name) =>
      new S3Client({ ...config, forcePathStyle: true }).send(
        new PutObjectCommand({ Bucket: of(name), Key: "a b/ü.txt", Body: "x" }),
      ),
    ),
    post(`${endpoint}/_api/${of("One")}/`),
    post(`${endpoint}/_api/${of("Two")}/`),
    post(`${endpoint}/_url/${urlId}/`),
  ]);
}

/** The first event that a witness saw, without the test event that S3 sends at first. */
async function eventOf(logicalId: string): Promise<unknown> {
  const logs = new CloudWatchLogsClient(config);
  return eventually({ what: `the event of ${logicalId}`, withinMs: SETTLED_MS }, async () => {
    const groups = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: await groupOf(logicalId),
        filterPattern: "EVENT",
      }),
    );
    const lines = (groups.events ?? []).map(({ message = "" }) => message);
    const line = lines.find((text) => !text.includes("s3:TestEvent"));
    return line && JSON.parse(line.slice(line.indexOf("{")));
  });
}

async function groupOf(logicalId: string): Promise<string> {
  const { StackResourceDetail: detail } = await new CloudFormationClient(config).send(
    new DescribeStackResourceCommand({ StackName: "witnesses", LogicalResourceId: logicalId }),
  );
  return `/aws/lambda/${detail?.PhysicalResourceId}`;
}

test.each(Object.entries(SCHEMAS))("an event fits the %s", async (name, schema) => {
  const event = await eventOf(name);
  // Of a message from a topic, the schema has the body.
  const inner =
    name === "SnsSqsNotificationSchema"
      ? JSON.parse((event as { Records: [{ body: string }] }).Records[0].body)
      : event;
  expect(schema.safeParse(inner)).toMatchObject({ success: true });
});
