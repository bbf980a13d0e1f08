/** Alarms and dashboards by template: made, changed, and gone again; an alarm that goes off. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CloudFixture, createCloudFixture } from "../../testing/cloud-fixture.ts";

let cloud: CloudFixture;

beforeEach(async () => {
  cloud = await createCloudFixture();
});

afterEach(() => cloud.stop());

function template(threshold: number, stage: string): string {
  const Tags = [{ Key: "stage", Value: stage }];
  return JSON.stringify({
    Resources: {
      Alerts: { Type: "AWS::SQS::Queue", Properties: { QueueName: "alerts" } },
      Topic: {
        Type: "AWS::SNS::Topic",
        Properties: {
          Subscription: [{ Protocol: "sqs", Endpoint: { "Fn::GetAtt": ["Alerts", "Arn"] } }],
        },
      },
      Rate: {
        Type: "AWS::CloudWatch::Alarm",
        Properties: {
          AlarmName: "rate",
          Metrics: [
            { Id: "e1", Expression: "100 * errors / calls" },
            ...["errors", "calls"].map((MetricName) => ({
              Id: MetricName,
              ReturnData: "false",
              MetricStat: { Metric: { Namespace: "Shop", MetricName }, Period: "60", Stat: "Sum" },
            })),
          ],
          Threshold: threshold,
          EvaluationPeriods: 1,
          ComparisonOperator: "GreaterThanThreshold",
          Tags,
        },
      },
      Any: {
        Type: "AWS::CloudWatch::CompositeAlarm",
        Properties: {
          AlarmRule: { "Fn::Join": ["", ["ALARM(", { Ref: "Rate" }, ")"]] },
          AlarmActions: [{ Ref: "Topic" }],
          Tags,
        },
      },
      Board: {
        Type: "AWS::CloudWatch::Dashboard",
        Properties: {
          DashboardName: "board",
          DashboardBody: `{"widgets":[],"start":"${stage}"}`,
          Tags,
        },
      },
    },
    Outputs: {
      Any: { Value: { Ref: "Any" } },
      RateArn: { Value: { "Fn::GetAtt": ["Rate", "Arn"] } },
    },
  });
}

async function deployed(operation: "CreateStack" | "UpdateStack", TemplateBody: string) {
  await cloud.call("cloudformation", operation, { StackName: "shop", TemplateBody });
  const { status, failures, outputs } = await cloud.settled("shop");
  expect([status, ...failures]).toEqual([
    operation === "CreateStack" ? "CREATE_COMPLETE" : "UPDATE_COMPLETE",
  ]);
  return outputs;
}

async function observed(outputs: Readonly<Record<string, string>>) {
  const [rate] = (await cloud.call("cloudwatch", "DescribeAlarms", {})).MetricAlarms ?? [];
  const ResourceARN = outputs["RateArn"] ?? "";
  const { Tags = [] } = await cloud.call("cloudwatch", "ListTagsForResource", { ResourceARN });
  const board = await cloud.call("cloudwatch", "GetDashboard", { DashboardName: "board" });
  return {
    threshold: rate?.Threshold,
    stage: Tags.find(({ Key }) => Key === "stage")?.Value,
    body: board.DashboardBody,
  };
}

test("alarms: are made, changed, and gone again", async () => {
  const first = await deployed("CreateStack", template(5, "one"));
  expect(await observed(first)).toEqual({
    threshold: 5,
    stage: "one",
    body: '{"widgets":[],"start":"one"}',
  });
  const second = await deployed("UpdateStack", template(7, "two"));
  expect(await observed(second)).toEqual({
    threshold: 7,
    stage: "two",
    body: '{"widgets":[],"start":"two"}',
  });
  expect(second["Any"]).toBe(first["Any"]);
  await cloud.call("cloudformation", "DeleteStack", { StackName: "shop" });
  await cloud.advance(5_000);
  const AlarmTypes = ["MetricAlarm", "CompositeAlarm"];
  const left = await cloud.call("cloudwatch", "DescribeAlarms", { AlarmTypes });
  expect(left).toEqual({ MetricAlarms: [], CompositeAlarms: [] });
  expect((await cloud.call("cloudwatch", "ListDashboards", {})).DashboardEntries).toEqual([]);
});

test("alarms: a deployed one goes off, and the topic's queue hears of it", async () => {
  await deployed("CreateStack", template(5, "one"));
  await cloud.call("cloudwatch", "PutMetricData", {
    Namespace: "Shop",
    MetricData: [
      { MetricName: "errors", Value: 2 },
      { MetricName: "calls", Value: 10 },
    ],
  });
  await cloud.advance(75_000);
  const { QueueUrl = "" } = await cloud.call("sqs", "GetQueueUrl", { QueueName: "alerts" });
  const { Messages = [] } = await cloud.call("sqs", "ReceiveMessage", { QueueUrl });
  const notification = JSON.parse(Messages[0]?.Body ?? "{}") as { readonly Message?: string };
  expect(JSON.parse(notification.Message ?? "{}")).toMatchObject({ NewStateValue: "ALARM" });
});
