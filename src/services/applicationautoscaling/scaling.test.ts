/** Target tracking on the engine's clock: load, alarms, capacity. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Outcome } from "../../outbox/job.ts";
import {
  type AutoScalingFixture,
  createAutoScalingFixture,
} from "../../testing/autoscaling-fixture.ts";

let fixture: AutoScalingFixture;

const WRITE = {
  ServiceNamespace: "dynamodb",
  ResourceId: "table/orders",
  ScalableDimension: "dynamodb:table:WriteCapacityUnits",
} as const;
const MINUTE_MS = 60_000;
const UNIT_BYTES = 1_024;

beforeEach(async () => {
  fixture = createAutoScalingFixture();
  await fixture.table("orders");
  await fixture.call("RegisterScalableTarget", { ...WRITE, MinCapacity: 2, MaxCapacity: 20 });
});

afterEach(() => fixture.stop());

const track = (more: object = {}) =>
  fixture.call("PutScalingPolicy", {
    ...WRITE,
    PolicyName: "track",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 70,
      PredefinedMetricSpecification: { PredefinedMetricType: "DynamoDBWriteCapacityUtilization" },
      ...more,
    },
  });

/** Writes that many units in each of the minutes. */
const load = async (minutes: number, units: number) => {
  for (let minute = 0; minute < minutes; minute += 1) {
    const data = { S: "x".repeat((units - 1) * UNIT_BYTES) };
    await fixture.dynamoDb("PutItem", { TableName: "orders", Item: { id: { S: "1" }, data } });
    await fixture.advance(MINUTE_MS);
  }
};

const writeCapacity = async () => (await fixture.capacity("orders"))[1];

const alarms = async () => {
  await fixture.advance(0);
  const { MetricAlarms = [] } = await fixture.cloudWatch("DescribeAlarms", {});
  return MetricAlarms;
};

const activities = async () => {
  const { ScalingActivities = [] } = await fixture.call("DescribeScalingActivities", {
    ServiceNamespace: "dynamodb",
  });
  return ScalingActivities;
};

test("policy: has the alarms that AWS makes, for as long as it is there", async () => {
  const { Alarms = [], PolicyARN } = await track();
  expect(Alarms.map(({ AlarmName }) => AlarmName?.replace(/[0-9a-f-]{36}$/, "id"))).toEqual([
    "TargetTracking-table/orders-AlarmHigh-id",
    "TargetTracking-table/orders-AlarmLow-id",
    "TargetTracking-table/orders-ProvisionedCapacityHigh-id",
    "TargetTracking-table/orders-ProvisionedCapacityLow-id",
  ]);
  const shared = {
    Namespace: "AWS/DynamoDB",
    Dimensions: [{ Name: "TableName", Value: "orders" }],
    AlarmActions: [PolicyARN],
  };
  const consumed = { ...shared, MetricName: "ConsumedWriteCapacityUnits", Statistic: "Sum" };
  expect(await alarms()).toMatchObject([
    { ...consumed, Threshold: 210, EvaluationPeriods: 2, Period: 60 },
    { ...consumed, Threshold: 150, EvaluationPeriods: 15, Period: 60 },
    { ...shared, MetricName: "ProvisionedWriteCapacityUnits", Threshold: 5, Period: 300 },
    { ...shared, MetricName: "ProvisionedWriteCapacityUnits", Threshold: 5, Period: 300 },
  ]);
  const again = await track({ TargetValue: 50 });
  expect(again.Alarms).toEqual(Alarms);
  const { ScalingPolicies } = await fixture.call("DescribeScalingPolicies", {
    ServiceNamespace: "dynamodb",
  });
  expect(ScalingPolicies).toMatchObject([{ PolicyARN, Alarms }]);
  expect((await alarms())[0]).toMatchObject({ Threshold: 150 });
  await fixture.call("DeleteScalingPolicy", { ...WRITE, PolicyName: "track" });
  expect(await alarms()).toEqual([]);
});

test("policy: its alarms go with its target", async () => {
  await track();
  expect(await alarms()).toHaveLength(4);
  await fixture.call("DeregisterScalableTarget", WRITE);
  expect(await alarms()).toEqual([]);
});

test("tracking: load raises the capacity within minutes, its end lowers it", async () => {
  await track();
  await load(2, 300);
  expect(await writeCapacity()).toBe(5);
  await load(1, 300);
  expect(await fixture.capacity("orders")).toEqual([5, 8]);
  expect((await alarms())[0]).toMatchObject({ Threshold: 336 });
  const [{ AlarmName } = {}] = await alarms();
  expect(await activities()).toMatchObject([
    {
      ...WRITE,
      Description: "Setting write capacity units to 8.",
      Cause: `monitor alarm ${AlarmName} in state ALARM triggered policy track`,
      StatusCode: "Successful",
    },
  ]);
  await load(13, 100);
  expect(await writeCapacity()).toBe(8);
  await load(4, 100);
  expect(await writeCapacity()).toBe(3);
});

test("tracking: goes no further than the bounds of its target", async () => {
  await track({ TargetValue: 20 });
  await load(4, 390);
  expect(await writeCapacity()).toBe(20);
  await load(20, 1);
  expect(await writeCapacity()).toBe(2);
});

test("tracking: what was scaled in cools down before more is", async () => {
  await track({ ScaleInCooldown: 1_200 });
  await load(16, 140);
  expect(await writeCapacity()).toBe(4);
  await load(17, 1);
  expect(await writeCapacity()).toBe(4);
  await load(5, 1);
  expect(await writeCapacity()).toBe(2);
});

test("tracking: does nothing while it is suspended, and never scales in when told so", async () => {
  await track({ DisableScaleIn: true });
  const suspend = (DynamicScalingOutSuspended: boolean) =>
    fixture.call("RegisterScalableTarget", {
      ...WRITE,
      SuspendedState: { DynamicScalingOutSuspended },
    });
  await suspend(true);
  await load(4, 300);
  expect(await writeCapacity()).toBe(5);
  await suspend(false);
  await load(1, 300);
  expect(await writeCapacity()).toBe(8);
  await load(20, 1);
  expect(await writeCapacity()).toBe(8);
});

test("tracking: capacity goes down only when all policies want it", async () => {
  await track();
  await fixture.call("PutScalingPolicy", {
    ...WRITE,
    PolicyName: "backlog",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 100,
      CustomizedMetricSpecification: {
        MetricName: "Backlog",
        Namespace: "App",
        Statistic: "Average",
      },
    },
  });
  const backlog = async (minutes: number, Value: number) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      await fixture.cloudWatch("PutMetricData", {
        Namespace: "App",
        MetricData: [{ MetricName: "Backlog", Value }],
      });
      await load(1, 1);
    }
  };
  await backlog(18, 100);
  expect(await writeCapacity()).toBe(5);
  await backlog(18, 10);
  expect(await writeCapacity()).toBe(2);
});

test("tracking: of a metric of one's own, only a larger step follows within the cool-down", async () => {
  await track({
    TargetValue: 100,
    ScaleOutCooldown: 600,
    PredefinedMetricSpecification: undefined,
    CustomizedMetricSpecification: {
      MetricName: "Backlog",
      Namespace: "App",
      Statistic: "Average",
    },
  });
  const backlog = async (minutes: number, Value: number) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      await fixture.cloudWatch("PutMetricData", {
        Namespace: "App",
        MetricData: [{ MetricName: "Backlog", Value }],
      });
      await fixture.advance(MINUTE_MS);
    }
  };
  await backlog(4, 160);
  expect(await writeCapacity()).toBe(8);
  await backlog(3, 160);
  expect(await writeCapacity()).toBe(8);
  await backlog(4, 200);
  expect(await writeCapacity()).toBe(10);
  await backlog(10, 110);
  expect(await writeCapacity()).toBeGreaterThan(10);
});

test("tracking: follows a capacity that somebody else changed", async () => {
  await track();
  await load(1, 160);
  await fixture.dynamoDb("UpdateTable", {
    TableName: "orders",
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
  });
  await load(21, 220);
  expect((await alarms())[0]).toMatchObject({ Threshold: 252 });
  expect(await writeCapacity()).toBe(6);
});

test("tracking: an alarm that the policy does not have cannot start it", async () => {
  const { PolicyARN = "" } = await track();
  await fixture.cloudWatch("PutMetricAlarm", {
    AlarmName: "mine",
    Namespace: "App",
    MetricName: "Backlog",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
    AlarmActions: [PolicyARN],
  });
  await fixture.cloudWatch("SetAlarmState", {
    AlarmName: "mine",
    StateValue: "ALARM",
    StateReason: "test",
  });
  const { AlarmHistoryItems } = await fixture.cloudWatch("DescribeAlarmHistory", {
    AlarmName: "mine",
    HistoryItemType: "Action",
  });
  expect(AlarmHistoryItems).toMatchObject([
    { HistorySummary: expect.stringContaining("mine is not an alarm of the target tracking") },
  ]);
  await expect(
    fixture.cloudWatch("PutMetricAlarm", {
      AlarmName: "group",
      Namespace: "App",
      MetricName: "Backlog",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanThreshold",
      AlarmActions: [
        "arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:1:autoScalingGroupName/a:policyName/b",
      ],
    }),
  ).rejects.toMatchObject({ status: 501 });
});

test("crash: what an alarm started goes on after the next start", async () => {
  await track();
  await load(2, 300);
  await fixture.crash();
  await load(1, 300);
  expect(await writeCapacity()).toBe(5);
  fixture.start();
  await fixture.advance(0);
  expect(await writeCapacity()).toBe(8);
  expect(await activities()).toHaveLength(1);
});

test("crash: a step that was made and not recorded is not made again", async () => {
  await track({
    PredefinedMetricSpecification: undefined,
    TargetValue: 100,
    CustomizedMetricSpecification: {
      MetricName: "Backlog",
      Namespace: "App",
      Statistic: "Average",
    },
  });
  const { attempt } = fixture.scaling;
  const [namespace, resourceId, dimension] = Object.values(WRITE);
  const decided = (await attempt({
    target: { namespace, resourceId, dimension },
    track: { policyName: "track", direction: "out", value: 200 },
  })) as Outcome & { readonly body: object };
  expect(decided.kind).toBe("retry");
  expect(await writeCapacity()).toBe(5);
  const made = { kind: "delivered", detail: { wanted: 10 } };
  expect(await attempt(decided.body)).toEqual(made);
  expect(await attempt(decided.body)).toEqual(made);
  expect(await writeCapacity()).toBe(10);
});
