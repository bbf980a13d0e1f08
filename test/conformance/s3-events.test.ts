/**
 * A SAM template whose bucket tells a function, a queue, a topic and a bus; the function sees AWS's
 * record, and what a lifecycle rule does on the engine's clock is told as well.
 */
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { createSimulatedClock } from "../../src/platform/simulated-clock.ts";
import { eventually } from "../examples/eventually.ts";
import { ACCOUNT, REGION, startEngine } from "./engine.ts";

const HOUR_MS = 3_600_000;
const WITHIN_MS = 30_000;
const clock = createSimulatedClock({ startMs: Date.UTC(2026, 0, 5, 12) });
const engine = await startEngine({ clock });
const s3 = new S3Client({ ...engine.config, forcePathStyle: true });
const sqs = new SQSClient(engine.config);
const cloudformation = new CloudFormationClient(engine.config);

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Photos:
    Type: AWS::S3::Bucket
    DependsOn: MaySend
    Properties:
      BucketName: photos
      VersioningConfiguration: { Status: Enabled }
      LifecycleConfiguration:
        Rules: [{ Id: soon, Status: Enabled, Prefix: in/, ExpirationInDays: 1 }]
      NotificationConfiguration:
        EventBridgeConfiguration: { EventBridgeEnabled: true }
        QueueConfigurations:
          - { Event: "s3:LifecycleExpiration:*", Queue: !GetAtt Expired.Arn }
        TopicConfigurations:
          - { Event: "s3:ObjectRemoved:*", Topic: !Ref Removed }
  Resize:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Environment: { Variables: { SEEN: !Ref Seen } }
      InlineCode: |
        exports.handler = async (event) => {
          await fetch(process.env.AWS_ENDPOINT_URL, {
            method: "POST",
            headers: {
              "content-type": "application/x-amz-json-1.0",
              "x-amz-target": "AmazonSQS.SendMessage",
              authorization: "AWS4-HMAC-SHA256 Credential=" +
                [process.env.AWS_ACCESS_KEY_ID, "20260101", process.env.AWS_REGION].join("/") +
                "/sqs/aws4_request, SignedHeaders=host, Signature=0",
            },
            body: JSON.stringify({
              QueueUrl: process.env.SEEN,
              MessageBody: JSON.stringify(event),
            }),
          });
        };
      Events:
        Uploaded:
          Type: S3
          Properties:
            Bucket: !Ref Photos
            Events: s3:ObjectCreated:*
            Filter: { S3Key: { Rules: [{ Name: prefix, Value: in/ }] } }
  Seen: { Type: AWS::SQS::Queue }
  Expired: { Type: AWS::SQS::Queue }
  Gone: { Type: AWS::SQS::Queue }
  Bus: { Type: AWS::SQS::Queue }
  MaySend:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Expired, !Ref Gone, !Ref Bus]
      PolicyDocument:
        Statement: [{ Effect: Allow, Principal: "*", Action: "sqs:SendMessage", Resource: "*" }]
  Removed:
    Type: AWS::SNS::Topic
    Properties:
      Subscription: [{ Protocol: sqs, Endpoint: !GetAtt Gone.Arn }]
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [aws.s3], detail: { bucket: { name: [photos] } } }
      Targets: [{ Id: bus, Arn: !GetAtt Bus.Arn }]
Outputs:
  Seen: { Value: !Ref Seen }
  Expired: { Value: !Ref Expired }
  Gone: { Value: !Ref Gone }
  Bus: { Value: !Ref Bus }
`;

/** What a queue gets next, with the clock moving on. */
async function next(QueueUrl: string | undefined): Promise<Record<string, unknown>> {
  const what = `a message in ${QueueUrl}`;
  const message = await eventually({ what, withinMs: WITHIN_MS }, async () => {
    await clock.advance(10);
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    return Messages?.[0];
  });
  const { ReceiptHandle, Body = "" } = message;
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return JSON.parse(Body) as Record<string, unknown>;
}

async function deploy(): Promise<ReadonlyMap<string | undefined, string | undefined>> {
  const StackName = "album";
  await cloudformation.send(
    new CreateStackCommand({
      ...{ StackName, TemplateBody: TEMPLATE },
      Capabilities: ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    }),
  );
  const stack = await eventually({ what: "the stack", withinMs: WITHIN_MS }, async () => {
    await clock.advance(500);
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0]?.StackStatus === "CREATE_IN_PROGRESS" ? undefined : Stacks?.[0];
  });
  expect(stack.StackStatus).toBe("CREATE_COMPLETE");
  return new Map(stack.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
}

const queues = await deploy();
const Bucket = "photos";
const Key = "in/ü 1+1.jpg";

/** The parts of a record that do not depend on the event. */
const RECORD = {
  eventSource: "aws:s3",
  awsRegion: REGION,
  userIdentity: { principalId: expect.stringMatching(/^AWS:/) },
  requestParameters: { sourceIPAddress: "127.0.0.1" },
  responseElements: {
    "x-amz-request-id": expect.any(String),
    "x-amz-id-2": expect.any(String),
  },
};
const OBJECT = { key: "in/%C3%BC+1%2B1.jpg", sequencer: expect.stringMatching(/^[0-9A-F]+$/) };

test("a function of the template sees AWS's record", async () => {
  const { VersionId, ETag } = await s3.send(new PutObjectCommand({ Bucket, Key, Body: "content" }));
  expect(await next(queues.get("Seen"))).toEqual({
    Records: [
      {
        ...{ ...RECORD, eventVersion: "2.1", eventName: "ObjectCreated:Put" },
        eventTime: expect.stringMatching(/^2026-01-05T12:\d\d:\d\d\.\d{3}Z$/),
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: expect.any(String),
          bucket: {
            ...{ name: Bucket, arn: "arn:aws:s3:::photos" },
            ownerIdentity: { principalId: ACCOUNT },
          },
          object: { ...OBJECT, size: 7, eTag: ETag?.replaceAll('"', ""), versionId: VersionId },
        },
      },
    ],
  });
  expect(await next(queues.get("Bus"))).toMatchObject({
    ...{ "detail-type": "Object Created", source: "aws.s3", account: ACCOUNT, region: REGION },
    resources: ["arn:aws:s3:::photos"],
    detail: { reason: "PutObject", object: { key: Key, size: 7, "version-id": VersionId } },
  });
});

test("a topic is told what was removed, and no function", async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: "out/1", Body: "x" }));
  const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket, Key: "out/1" }));
  const test = await next(queues.get("Gone"));
  expect([test["Type"], JSON.parse(String(test["Message"]))]).toMatchObject([
    "Notification",
    { Event: "s3:TestEvent", Bucket },
  ]);
  const { Message, Subject } = await next(queues.get("Gone"));
  expect(Subject).toBe("Amazon S3 Notification");
  expect(JSON.parse(String(Message))).toMatchObject({
    Records: [
      {
        eventName: "ObjectRemoved:DeleteMarkerCreated",
        s3: {
          object: { key: "out/1", versionId: VersionId, eTag: "d41d8cd98f00b204e9800998ecf8427e" },
        },
      },
    ],
  });
});

test("what a lifecycle rule removes is told on the engine's clock", async () => {
  expect(await next(queues.get("Expired"))).toMatchObject({ Event: "s3:TestEvent" });
  await clock.advance(40 * HOUR_MS);
  expect(await next(queues.get("Expired"))).toMatchObject({
    Records: [
      {
        ...{ eventVersion: "2.3", eventName: "LifecycleExpiration:DeleteMarkerCreated" },
        userIdentity: { principalId: "s3.amazonaws.com" },
        requestParameters: { sourceIPAddress: "s3.amazonaws.com" },
        s3: { object: OBJECT },
      },
    ],
  });
});
