import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  InvalidParameterCombinationException,
  PutMetricDataCommand,
  paginateListMetrics,
} from "@aws-sdk/client-cloudwatch";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from "@aws-sdk/client-sfn";
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
