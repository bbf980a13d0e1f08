/** Targets, policies and tags: registered, checked, described, removed. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type AutoScalingFixture,
  createAutoScalingFixture,
} from "../../testing/autoscaling-fixture.ts";

let fixture: AutoScalingFixture;

const READ = {
  ServiceNamespace: "dynamodb",
  ResourceId: "table/orders",
  ScalableDimension: "dynamodb:table:ReadCapacityUnits",
} as const;
const INDEX = {
  ...READ,
  ResourceId: "table/orders/index/by-kind",
  ScalableDimension: "dynamodb:index:WriteCapacityUnits",
} as const;
const BOUNDS = { MinCapacity: 5, MaxCapacity: 50 };
const TRACKING = {
  PolicyType: "TargetTrackingScaling",
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 70,
    PredefinedMetricSpecification: { PredefinedMetricType: "DynamoDBReadCapacityUtilization" },
  },
};

beforeEach(async () => {
  fixture = createAutoScalingFixture();
  await fixture.table("orders");
});

afterEach(() => fixture.stop());

describe("targets", () => {
  test("register: describes what was registered, and changes what is named", async () => {
    const { ScalableTargetARN } = await fixture.call("RegisterScalableTarget", {
      ...READ,
      ...BOUNDS,
    });
    expect(ScalableTargetARN).toMatch(
      /^arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target\/0ec5[0-9a-f]{32}$/,
    );
    await fixture.call("RegisterScalableTarget", {
      ...READ,
      MaxCapacity: 60,
      SuspendedState: { ScheduledScalingSuspended: true },
    });
    const { ScalableTargets } = await fixture.call("DescribeScalableTargets", {
      ServiceNamespace: "dynamodb",
    });
    expect(ScalableTargets).toEqual([
      {
        ...READ,
        MinCapacity: 5,
        MaxCapacity: 60,
        RoleARN:
          "arn:aws:iam::000000000000:role/aws-service-role/" +
          "dynamodb.application-autoscaling.amazonaws.com/" +
          "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
        CreationTime: new Date(fixture.clock.nowMs()),
        SuspendedState: {
          DynamicScalingInSuspended: false,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: true,
        },
        ScalableTargetARN,
      },
    ]);
    expect(await fixture.capacity("orders")).toEqual([5, 5]);
  });

  test("register: pages by resource and dimension", async () => {
    for (const id of [
      READ,
      { ...READ, ScalableDimension: "dynamodb:table:WriteCapacityUnits" },
      INDEX,
    ]) {
      await fixture.call("RegisterScalableTarget", { ...id, ...BOUNDS });
    }
    const page = (more: object) =>
      fixture.call("DescribeScalableTargets", { ServiceNamespace: "dynamodb", ...more });
    const first = await page({ MaxResults: 2 });
    expect(first.ScalableTargets).toHaveLength(2);
    const second = await page({ MaxResults: 2, NextToken: first.NextToken });
    expect(second.ScalableTargets).toHaveLength(1);
    expect(second.NextToken).toBeUndefined();
    const ids = ["table/orders/index/by-kind"];
    expect((await page({ ResourceIds: ids })).ScalableTargets).toMatchObject([INDEX]);
    await expect(page({ NextToken: "?" })).rejects.toMatchObject({
      code: "InvalidNextTokenException",
    });
  });

  test.each([
    [{ ...READ, MinCapacity: 5 }, "ValidationException"],
    [{ ...READ, MinCapacity: 50, MaxCapacity: 5 }, "ValidationException"],
    [{ ...READ, ...BOUNDS, ResourceId: "table/nowhere" }, "ValidationException"],
    [{ ...READ, ...BOUNDS, ResourceId: "orders" }, "ValidationException"],
    [{ ...INDEX, ...BOUNDS, ResourceId: "table/orders/index/none" }, "ValidationException"],
    [{ ...READ, ...BOUNDS, ScalableDimension: "ecs:service:DesiredCount" }, "ValidationException"],
    [
      {
        ...READ,
        ...BOUNDS,
        ServiceNamespace: "ecs",
        ScalableDimension: "ecs:service:DesiredCount",
      },
      "NotImplemented",
    ],
  ])("register: refuses %j", async (input, code) => {
    await expect(fixture.call("RegisterScalableTarget", input)).rejects.toMatchObject({ code });
  });

  test("register: refuses a table on demand", async () => {
    await fixture.dynamoDb("UpdateTable", {
      TableName: "orders",
      BillingMode: "PAY_PER_REQUEST",
    });
    await expect(
      fixture.call("RegisterScalableTarget", { ...READ, ...BOUNDS }),
    ).rejects.toMatchObject({ code: "ValidationException" });
  });

  test("deregister: takes policies and scheduled actions along", async () => {
    await fixture.call("RegisterScalableTarget", { ...READ, ...BOUNDS });
    await fixture.call("PutScalingPolicy", { ...READ, PolicyName: "p", ...TRACKING });
    await fixture.call("PutScheduledAction", {
      ...READ,
      ScheduledActionName: "a",
      Schedule: "rate(1 hour)",
      ScalableTargetAction: { MinCapacity: 20 },
    });
    await fixture.call("DeregisterScalableTarget", READ);
    await fixture.call("RegisterScalableTarget", { ...READ, ...BOUNDS });
    const namespace = { ServiceNamespace: "dynamodb" };
    expect((await fixture.call("DescribeScalingPolicies", namespace)).ScalingPolicies).toEqual([]);
    expect((await fixture.call("DescribeScheduledActions", namespace)).ScheduledActions).toEqual(
      [],
    );
    await fixture.advance(3_600_000);
    expect(await fixture.capacity("orders")).toEqual([5, 5]);
    await fixture.call("DeregisterScalableTarget", READ);
    await expect(fixture.call("DeregisterScalableTarget", READ)).rejects.toMatchObject({
      code: "ObjectNotFoundException",
    });
  });
});

describe("policies", () => {
  test("policy: needs a target", async () => {
    await expect(
      fixture.call("PutScalingPolicy", { ...READ, PolicyName: "p", ...TRACKING }),
    ).rejects.toMatchObject({
      code: "ObjectNotFoundException",
      message:
        "No scalable target registered for service namespace: dynamodb, " +
        "resource ID: table/orders, scalable dimension: dynamodb:table:ReadCapacityUnits",
    });
  });

  test("policy: is put, changed, described and deleted", async () => {
    await fixture.call("RegisterScalableTarget", { ...READ, ...BOUNDS });
    const put = (TargetValue: number) =>
      fixture.call("PutScalingPolicy", {
        ...READ,
        PolicyName: "p",
        PolicyType: "TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration: {
          ...TRACKING.TargetTrackingScalingPolicyConfiguration,
          TargetValue,
        },
      });
    const { PolicyARN } = await put(70);
    expect((await put(60)).PolicyARN).toBe(PolicyARN);
    expect(PolicyARN).toMatch(
      /^arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:[0-9a-f-]{36}:resource\/dynamodb\/table\/orders:policyName\/p$/,
    );
    const { ScalingPolicies } = await fixture.call("DescribeScalingPolicies", {
      ServiceNamespace: "dynamodb",
      PolicyNames: ["p"],
    });
    expect(ScalingPolicies).toMatchObject([
      { PolicyARN, TargetTrackingScalingPolicyConfiguration: { TargetValue: 60 } },
    ]);
    await fixture.call("DeleteScalingPolicy", { ...READ, PolicyName: "p" });
    await expect(
      fixture.call("DeleteScalingPolicy", { ...READ, PolicyName: "p" }),
    ).rejects.toMatchObject({ code: "ObjectNotFoundException" });
  });

  test.each([
    [{ PolicyType: "StepScaling", StepScalingPolicyConfiguration: {} }, "ValidationException"],
    [{ PolicyType: "TargetTrackingScaling" }, "ValidationException"],
    [
      {
        PolicyType: "TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 70,
          PredefinedMetricSpecification: {
            PredefinedMetricType: "DynamoDBWriteCapacityUtilization",
          },
        },
      },
      "ValidationException",
    ],
    [
      {
        PolicyType: "TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration: {
          ...TRACKING.TargetTrackingScalingPolicyConfiguration,
          TargetValue: 95,
        },
      },
      "ValidationException",
    ],
    [
      {
        PolicyType: "PredictiveScaling",
        PredictiveScalingPolicyConfiguration: { MetricSpecifications: [] },
      },
      "NotImplemented",
    ],
  ])("policy: refuses %j", async (policy, code) => {
    await fixture.call("RegisterScalableTarget", { ...READ, ...BOUNDS });
    await expect(
      fixture.call("PutScalingPolicy", { ...READ, PolicyName: "p", ...policy }),
    ).rejects.toMatchObject({ code });
  });
});

test("tags: come with a new target, and are changed by its ARN", async () => {
  const { ScalableTargetARN: ResourceARN = "" } = await fixture.call("RegisterScalableTarget", {
    ...READ,
    ...BOUNDS,
    Tags: { team: "a", old: "x" },
  });
  await fixture.call("TagResource", { ResourceARN, Tags: { stage: "dev" } });
  await fixture.call("UntagResource", { ResourceARN, TagKeys: ["old"] });
  expect(await fixture.call("ListTagsForResource", { ResourceARN })).toEqual({
    Tags: { team: "a", stage: "dev" },
  });
  await expect(
    fixture.call("RegisterScalableTarget", { ...READ, ...BOUNDS, Tags: { team: "b" } }),
  ).rejects.toMatchObject({
    message:
      "The scalable target that you tried to tag already exists. " +
      "To update tags on an existing scalable target, use the TagResource API.",
  });
  await expect(
    fixture.call("ListTagsForResource", { ResourceARN: `${ResourceARN}0` }),
  ).rejects.toMatchObject({ code: "ResourceNotFoundException" });
});
