import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type CloudWatchFixture,
  createCloudWatchFixture,
} from "../../testing/cloudwatch-fixture.ts";
import type { Input } from "../../wire/operations.ts";

let fixture: CloudWatchFixture;
const TOPIC = "arn:aws:sns:us-east-1:000000000000:alerts";
const Namespace = "Shop";

const HIGH = {
  AlarmName: "high",
  Namespace,
  MetricName: "load",
  Statistic: "Average",
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 10,
  ComparisonOperator: "GreaterThanThreshold",
};

beforeEach(() => {
  fixture = createCloudWatchFixture();
});

afterEach(() => fixture.stop());

function putAlarm(more: Partial<Input<"cloudwatch", "PutMetricAlarm">> = {}): Promise<void> {
  return fixture.call("PutMetricAlarm", { ...HIGH, ...more });
}

test("describe: pages, states, actions, and the alarms of a metric", async () => {
  for (const AlarmName of ["one", "three", "two"]) {
    await putAlarm({ AlarmName, ...(AlarmName === "two" && { AlarmActions: [TOPIC] }) });
  }
  const page = (more: Input<"cloudwatch", "DescribeAlarms">) =>
    fixture.call("DescribeAlarms", more).then(({ MetricAlarms = [], NextToken }) => ({
      names: MetricAlarms.map(({ AlarmName }) => AlarmName),
      NextToken,
    }));
  const { names, NextToken } = await page({ MaxRecords: 2 });
  expect([names, (await page({ MaxRecords: 2, NextToken })).names]).toEqual([
    ["one", "three"],
    ["two"],
  ]);
  expect((await page({ ActionPrefix: "arn:aws:sns" })).names).toEqual(["two"]);
  expect((await page({ StateValue: "OK" })).names).toEqual([]);
  const metric = { Namespace, MetricName: "load" };
  const found = await fixture.call("DescribeAlarmsForMetric", metric);
  expect(found.MetricAlarms).toHaveLength(3);
  const none = await fixture.call("DescribeAlarmsForMetric", { ...metric, Statistic: "Sum" });
  expect(none.MetricAlarms).toEqual([]);
});

test.each([
  [{ EvaluationPeriods: undefined }, "MissingRequiredParameterException"],
  [{ MetricName: undefined }, "MissingRequiredParameterException"],
  [{ Statistic: undefined }, "MissingRequiredParameterException"],
  [{ ExtendedStatistic: "p50" }, "InvalidParameterCombinationException"],
  [{ Period: 61 }, "ValidationException"],
  [{ Period: 5 }, "ValidationException"],
  [{ Period: 3600, EvaluationPeriods: 200 }, "ValidationException"],
  [{ DatapointsToAlarm: 2 }, "ValidationException"],
  [{ TreatMissingData: "no" }, "ValidationException"],
  [{ AlarmActions: ["topic"] }, "ValidationException"],
  [{ AlarmActions: ["arn:aws:automate:us-east-1:ec2:stop"] }, "NotImplemented"],
  [{ ThresholdMetricId: "e1" }, "NotImplemented"],
  [{ ComparisonOperator: "GreaterThanUpperThreshold" }, "NotImplemented"],
  [{ EvaluateLowSampleCountPercentile: "ignore" }, "InvalidParameterCombinationException"],
])("put: refuses %j", async (more, code) => {
  await expect(putAlarm(more)).rejects.toMatchObject({ code });
});

test("tags: come with a new alarm, and are changed by its ARN", async () => {
  const Tags = [{ Key: "team", Value: "a" }];
  await putAlarm({ Tags });
  await putAlarm({ Tags: [{ Key: "ignored", Value: "b" }] });
  const ResourceARN = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:high";
  await fixture.call("TagResource", { ResourceARN, Tags: [{ Key: "stage", Value: "dev" }] });
  await fixture.call("UntagResource", { ResourceARN, TagKeys: ["team"] });
  expect(await fixture.call("ListTagsForResource", { ResourceARN })).toEqual({
    Tags: [{ Key: "stage", Value: "dev" }],
  });
  await expect(
    fixture.call("ListTagsForResource", { ResourceARN: `${ResourceARN}0` }),
  ).rejects.toMatchObject({ code: "ResourceNotFoundException" });
});

test("dashboards: are put, listed, read and deleted; bodies are looked at", async () => {
  const DashboardBody = '{"widgets":[{"type":"text","properties":{"markdown":"hi"}}]}';
  const put = (DashboardName: string, body = DashboardBody) =>
    fixture.call("PutDashboard", { DashboardName, DashboardBody: body });
  expect(await put("shop")).toEqual({ DashboardValidationMessages: [] });
  expect(await put("odd", '{"widgets":[{"type":"text"}]}')).toMatchObject({
    DashboardValidationMessages: [{ DataPath: "/widgets/0" }],
  });
  expect(await fixture.call("GetDashboard", { DashboardName: "shop" })).toEqual({
    DashboardName: "shop",
    DashboardArn: "arn:aws:cloudwatch::000000000000:dashboard/shop",
    DashboardBody,
  });
  const { DashboardEntries } = await fixture.call("ListDashboards", { DashboardNamePrefix: "s" });
  expect(DashboardEntries).toMatchObject([{ DashboardName: "shop", Size: DashboardBody.length }]);
  for (const body of ["{", "{}", '{"widgets":[{"type":"nothing"}]}']) {
    await expect(put("shop", body)).rejects.toMatchObject({ code: "DashboardInvalidInputError" });
  }
  await expect(put("no spaces")).rejects.toMatchObject({ code: "DashboardInvalidInputError" });
  await expect(
    fixture.call("DeleteDashboards", { DashboardNames: ["shop", "none"] }),
  ).rejects.toMatchObject({ code: "DashboardNotFoundError" });
  await fixture.call("DeleteDashboards", { DashboardNames: ["shop"] });
  await expect(fixture.call("GetDashboard", { DashboardName: "shop" })).rejects.toMatchObject({
    code: "DashboardNotFoundError",
  });
});
