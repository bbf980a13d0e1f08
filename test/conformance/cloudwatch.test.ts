import {
  CloudFormationClient,
  CreateStackCommand,
  waitUntilStackCreateComplete,
} from "@aws-sdk/client-cloudformation";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  InvalidParameterCombinationException,
  PutMetricDataCommand,
  paginateListMetrics,
} from "@aws-sdk/client-cloudwatch";
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from "@aws-sdk/client-sfn";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { createSimulatedClock } from "../../src/platform/simulated-clock.ts";
import { ACCOUNT, pagesOf, REGION, startEngine, zipOf } from "./engine.ts";

const clock = createSimulatedClock();
const engine = await startEngine({ clock });
const cloudWatch = new CloudWatchClient(engine.config);
const sqs = new SQSClient(engine.config);
const lambda = new LambdaClient(engine.config);
const sns = new SNSClient(engine.config);
const events = new EventBridgeClient(engine.config);
const cloudFormation = new CloudFormationClient(engine.config);
const states = new SFNClient({ ...engine.config, disableHostPrefix: true });

const HOUR_MS = 3_600_000;

async function sumsOf(Namespace: string, names: readonly string[], dimension: [string, string]) {
  const [Name, Value] = dimension;
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(clock.nowMs() - HOUR_MS),
      EndTime: new Date(clock.nowMs() + HOUR_MS),
      MetricDataQueries: names.map((MetricName, index) => ({
        Id: `m${index}`,
        MetricStat: {
          Metric: { Namespace, MetricName, Dimensions: [{ Name, Value }] },
          Period: 60,
          Stat: "Sum",
        },
      })),
    }),
  );
  return Object.fromEntries(
    MetricDataResults.map(({ Label, Values = [] }) => [Label, Values.reduce((a, b) => a + b, 0)]),
  );
}

test("metrics: what was put is read back, listed, and refused with the SDK's errors", async () => {
  const Timestamp = new Date(clock.nowMs());
  const Dimensions = [{ Name: "stage", Value: "dev" }];
  await cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: "Shop",
      MetricData: [{ MetricName: "orders", Dimensions, Timestamp, Values: [1, 2], Unit: "Count" }],
    }),
  );
  const range = {
    Namespace: "Shop",
    MetricName: "orders",
    Dimensions,
    StartTime: new Date(clock.nowMs() - HOUR_MS),
    EndTime: new Date(clock.nowMs() + HOUR_MS),
  };
  const { Datapoints } = await cloudWatch.send(
    new GetMetricStatisticsCommand({ ...range, Period: 60, ExtendedStatistics: ["p50"] }),
  );
  expect(Datapoints).toEqual([{ Timestamp, Unit: "Count", ExtendedStatistics: { p50: 1 } }]);
  await expect(
    cloudWatch.send(new GetMetricStatisticsCommand({ ...range, Period: 1, Statistics: ["Sum"] })),
  ).rejects.toBeInstanceOf(InvalidParameterCombinationException);
  const pages = await pagesOf(paginateListMetrics({ client: cloudWatch }, { Namespace: "Shop" }));
  expect(pages.flatMap(({ Metrics = [] }) => Metrics)).toEqual([
    { Namespace: "Shop", MetricName: "orders", Dimensions },
  ]);
});

test("metrics: queues count their messages, and are gauged once a minute", async () => {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "jobs" }));
  for (const MessageBody of ["one", "two", "three"]) {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  const ReceiptHandle = Messages[0]?.ReceiptHandle;
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  await clock.advance(60_000);
  const names = [
    "NumberOfMessagesSent",
    "NumberOfMessagesReceived",
    "NumberOfMessagesDeleted",
    "SentMessageSize",
    "ApproximateNumberOfMessagesVisible",
    "ApproximateAgeOfOldestMessage",
  ];
  expect(await sumsOf("AWS/SQS", names, ["QueueName", "jobs"])).toEqual({
    NumberOfMessagesSent: 3,
    NumberOfMessagesReceived: 1,
    NumberOfMessagesDeleted: 1,
    SentMessageSize: 11,
    ApproximateNumberOfMessagesVisible: 2,
    ApproximateAgeOfOldestMessage: 60,
  });
});

test("metrics: functions count invocations and errors", async () => {
  const source =
    "exports.handler = async ({ fail }) => { if (fail) throw new Error('no'); return 1; };";
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "work",
      Role: `arn:aws:iam::${ACCOUNT}:role/any`,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Code: { ZipFile: await zipOf("index.js", source) },
    }),
  );
  for (const fail of [false, true, false]) {
    const Payload = Buffer.from(JSON.stringify({ fail }));
    await lambda.send(new InvokeCommand({ FunctionName: "work", Payload }));
  }
  const sums = await sumsOf(
    "AWS/Lambda",
    ["Invocations", "Errors", "Throttles"],
    ["FunctionName", "work"],
  );
  expect(sums).toEqual({ Invocations: 3, Errors: 1, Throttles: 0 });
});

test("metrics: state machines count executions", async () => {
  const machine = async (name: string, type: "STANDARD" | "EXPRESS") => {
    const { stateMachineArn = "" } = await states.send(
      new CreateStateMachineCommand({
        name,
        type,
        roleArn: `arn:aws:iam::${ACCOUNT}:role/any`,
        definition: JSON.stringify({ StartAt: "a", States: { a: { Type: "Succeed" } } }),
      }),
    );
    return stateMachineArn;
  };
  const standard = await machine("standard", "STANDARD");
  const express = await machine("express", "EXPRESS");
  await states.send(new StartExecutionCommand({ stateMachineArn: standard }));
  await states.send(new StartSyncExecutionCommand({ stateMachineArn: express }));
  const names = ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed"];
  for (const arn of [standard, express]) {
    expect(await sumsOf("AWS/States", names, ["StateMachineArn", arn])).toEqual({
      ExecutionsStarted: 1,
      ExecutionsSucceeded: 1,
      ExecutionsFailed: 0,
    });
  }
  expect(standard).toBe(`arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:standard`);
});

test("metrics: topics and rules count what they pass on", async () => {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "news" }));
  const Endpoint = `arn:aws:sqs:${REGION}:${ACCOUNT}:news`;
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "news" }));
  const subscription = { TopicArn, Protocol: "sqs" };
  await sns.send(new SubscribeCommand({ ...subscription, Endpoint }));
  const FilterPolicy = JSON.stringify({ kind: ["none"] });
  const Attributes = { FilterPolicy };
  const filtered = `arn:aws:sqs:${REGION}:${ACCOUNT}:jobs`;
  await sns.send(new SubscribeCommand({ ...subscription, Endpoint: filtered, Attributes }));
  await events.send(
    new PutRuleCommand({ Name: "news", EventPattern: JSON.stringify({ source: ["shop"] }) }),
  );
  const Targets = [
    { Id: "topic", Arn: TopicArn ?? "" },
    { Id: "gone", Arn: `${Endpoint}-gone` },
  ];
  await events.send(new PutTargetsCommand({ Rule: "news", Targets }));
  await events.send(
    new PutEventsCommand({ Entries: [{ Source: "shop", DetailType: "sold", Detail: "{}" }] }),
  );
  const ofRule = ["MatchedEvents", "TriggeredRules", "Invocations", "FailedInvocations"];
  expect(await sumsOf("AWS/Events", ofRule, ["RuleName", "news"])).toEqual({
    MatchedEvents: 1,
    TriggeredRules: 1,
    Invocations: 2,
    FailedInvocations: 1,
  });
  const ofTopic = [
    "NumberOfMessagesPublished",
    "NumberOfNotificationsDelivered",
    "NumberOfNotificationsFilteredOut",
  ];
  expect(await sumsOf("AWS/SNS", ofTopic, ["TopicName", "news"])).toEqual({
    NumberOfMessagesPublished: 1,
    NumberOfNotificationsDelivered: 1,
    NumberOfNotificationsFilteredOut: 1,
  });
  expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toHaveLength(1);
});

test("metrics: what a function logs in the embedded metric format", async () => {
  const source = `exports.handler = async () => {
    const Metrics = [{ Name: "orders", Unit: "Count" }];
    const CloudWatchMetrics = [{ Namespace: "Cart", Dimensions: [["service"]], Metrics }];
    const _aws = { Timestamp: ${clock.nowMs()}, CloudWatchMetrics };
    console.log(JSON.stringify({ _aws, service: "cart", orders: 3 }));
    process.stdout.write(JSON.stringify({ _aws, service: "cart", orders: 4 }) + "\\n");
  };`;
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "embedded",
      Role: `arn:aws:iam::${ACCOUNT}:role/any`,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Code: { ZipFile: await zipOf("index.js", source) },
    }),
  );
  await lambda.send(new InvokeCommand({ FunctionName: "embedded" }));
  await expect.poll(() => sumsOf("Cart", ["orders"], ["service", "cart"])).toEqual({ orders: 7 });
});

/** As the CDK writes `dlq.metricApproximateNumberOfMessagesVisible()` with an SNS action. */
const DEAD_LETTERS = {
  Resources: {
    Dead: { Type: "AWS::SQS::Queue", Properties: { QueueName: "dead" } },
    Jobs: {
      Type: "AWS::SQS::Queue",
      Properties: {
        QueueName: "fragile",
        RedrivePolicy: {
          deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] },
          maxReceiveCount: 1,
        },
      },
    },
    Inbox: { Type: "AWS::SQS::Queue", Properties: { QueueName: "inbox" } },
    Alerts: {
      Type: "AWS::SNS::Topic",
      Properties: {
        Subscription: [{ Protocol: "sqs", Endpoint: { "Fn::GetAtt": ["Inbox", "Arn"] } }],
      },
    },
    DeadLetters: {
      Type: "AWS::CloudWatch::Alarm",
      Properties: {
        AlarmDescription: "Messages in DLQ require attention",
        AlarmName: "dead-letters",
        AlarmActions: [{ Ref: "Alerts" }],
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
        Dimensions: [{ Name: "QueueName", Value: { "Fn::GetAtt": ["Dead", "QueueName"] } }],
        EvaluationPeriods: 1,
        MetricName: "ApproximateNumberOfMessagesVisible",
        Namespace: "AWS/SQS",
        Period: 300,
        Statistic: "Maximum",
        Threshold: 1,
      },
    },
  },
};

test("alarms: a dead letter sets off the alarm that a stack has deployed", async () => {
  const StackName = "dead-letters";
  const TemplateBody = JSON.stringify(DEAD_LETTERS);
  await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody }));
  await waitUntilStackCreateComplete(
    { client: cloudFormation, maxWaitTime: 30, minDelay: 1 },
    { StackName },
  );
  const queue = (name: string) => `${engine.endpoint}/${ACCOUNT}/${name}`;
  const MessageBody = "poison";
  await sqs.send(new SendMessageCommand({ QueueUrl: queue("fragile"), MessageBody }));
  const receive = () =>
    sqs.send(new ReceiveMessageCommand({ QueueUrl: queue("fragile"), VisibilityTimeout: 1 }));
  expect((await receive()).Messages).toHaveLength(1);
  await clock.advance(2_000);
  expect((await receive()).Messages).toBeUndefined();
  await clock.advance(2 * 60_000);
  const { MetricAlarms = [] } = await cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNames: ["dead-letters"] }),
  );
  expect(MetricAlarms).toMatchObject([{ StateValue: "ALARM" }]);
  expect(MetricAlarms[0]?.StateReason).toMatch(/^Threshold Crossed: 1 out of the last 1 /);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue("inbox") }));
  const { Subject, Message } = JSON.parse(Messages[0]?.Body ?? "{}");
  expect(Subject).toBe('ALARM: "dead-letters" in EU (Ireland)');
  expect(JSON.parse(Message)).toMatchObject({ AlarmName: "dead-letters", NewStateValue: "ALARM" });
});
