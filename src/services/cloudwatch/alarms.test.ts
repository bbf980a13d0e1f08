import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type CloudWatchFixture,
  createCloudWatchFixture,
} from "../../testing/cloudwatch-fixture.ts";
import { createRecordingSink, takeRecorded } from "../../testing/recording-sink.ts";
import type { Input } from "../../wire/operations.ts";

let fixture: CloudWatchFixture;
const TOPIC = "arn:aws:sns:us-east-1:000000000000:alerts";
const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:react";
const BUS = "arn:aws:events:us-east-1:000000000000:event-bus/default";
const MINUTE_MS = 60_000;
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

beforeEach(async () => {
  const sink = createRecordingSink();
  fixture = createCloudWatchFixture({ sns: sink, lambda: sink, events: sink });
  // Alarms are evaluated ten seconds after the minute.
  await fixture.clock.advance(20_000);
});

afterEach(async () => {
  await fixture.stop();
  expect(fixture.log.records).toEqual([]);
});

function putAlarm(more: Partial<Input<"cloudwatch", "PutMetricAlarm">> = {}): Promise<void> {
  return fixture.call("PutMetricAlarm", { ...HIGH, ...more });
}

/** The datum of this minute; then on, until that minute has been looked at. */
async function minuteOf(...values: readonly number[]): Promise<string> {
  if (values.length > 0) {
    const MetricData = [{ MetricName: "load", Values: values }];
    await fixture.call("PutMetricData", { Namespace, MetricData });
  }
  await fixture.clock.advance(MINUTE_MS);
  return state("high");
}

async function state(name: string): Promise<string> {
  const AlarmTypes = ["MetricAlarm", "CompositeAlarm"];
  const found = await fixture.call("DescribeAlarms", { AlarmNames: [name], AlarmTypes });
  const [alarm] = [...(found.MetricAlarms ?? []), ...(found.CompositeAlarms ?? [])];
  return alarm?.StateValue ?? "none";
}

async function described(AlarmName = "high") {
  const { MetricAlarms } = await fixture.call("DescribeAlarms", { AlarmNames: [AlarmName] });
  return MetricAlarms?.[0];
}

async function recorded(target: string): Promise<readonly unknown[]> {
  const all = await takeRecorded(fixture.store);
  return all
    .filter((record) => record.target === target)
    .map(({ envelope }) => JSON.parse(envelope.payload) as unknown);
}

describe("evaluation", () => {
  test("alarm: goes off, calms down, and lacks data", async () => {
    await putAlarm();
    expect(await described()).toMatchObject({
      AlarmArn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:high",
      ActionsEnabled: true,
      StateValue: "INSUFFICIENT_DATA",
      StateReason: "Unchecked: Initial alarm creation",
      Dimensions: [],
      OKActions: [],
    });
    expect([await minuteOf(12), await minuteOf(20, 30), await minuteOf(3)]).toEqual([
      "ALARM",
      "ALARM",
      "OK",
    ]);
    // Earlier points make up for one that is missing.
    expect([await minuteOf(), await minuteOf(), await minuteOf()]).toEqual([
      "OK",
      "OK",
      "INSUFFICIENT_DATA",
    ]);
  });

  test("alarm: tells why, as CloudWatch does", async () => {
    await putAlarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    await minuteOf(12);
    await minuteOf(1);
    await minuteOf(20.5);
    const alarm = await described();
    expect(alarm?.StateReason).toBe(
      "Threshold Crossed: 2 out of the last 3 datapoints [20.5 (01/01/26 00:02:00), " +
        "12.0 (01/01/26 00:00:00)] were greater than the threshold (10.0) " +
        "(minimum 2 datapoints for OK -> ALARM transition).",
    );
    expect(JSON.parse(alarm?.StateReasonData ?? "")).toMatchObject({
      version: "1.0",
      queryDate: "2026-01-01T00:03:10.000+0000",
      startDate: "2026-01-01T00:00:00.000+0000",
      statistic: "Average",
      period: 60,
      recentDatapoints: [12, 1, 20.5],
      threshold: 10,
    });
  });

  test.each([
    ["breaching", "ALARM", "1 missing datapoint was treated as [Breaching]"],
    ["notBreaching", "OK", "1 missing datapoint was treated as [NonBreaching]"],
  ])("alarm: what is missing is %s", async (TreatMissingData, expected, words) => {
    await putAlarm({ TreatMissingData });
    expect(await minuteOf()).toBe(expected);
    expect((await described())?.StateReason).toBe(
      `Threshold Crossed: no datapoints were received for 1 period and ${words}.`,
    );
  });

  test("alarm: metric math, over several metrics", async () => {
    const stat = (MetricName: string) => ({
      Metric: { Namespace, MetricName },
      Period: 60,
      Stat: "Sum",
    });
    await fixture.call("PutMetricAlarm", {
      AlarmName: "high",
      EvaluationPeriods: 1,
      Threshold: 50,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      Metrics: [
        { Id: "errors", MetricStat: stat("errors"), ReturnData: false },
        { Id: "calls", MetricStat: stat("calls"), ReturnData: false },
        { Id: "rate", Expression: "100 * errors / calls", Label: "error rate" },
      ],
    });
    const put = (errors: number) =>
      fixture.call("PutMetricData", {
        Namespace,
        MetricData: [
          { MetricName: "errors", Value: errors },
          { MetricName: "calls", Value: 10 },
        ],
      });
    await put(4);
    expect(await minuteOf()).toBe("OK");
    await put(5);
    expect(await minuteOf()).toBe("ALARM");
  });

  test("alarm: periods slide by the minute; short ones are looked at every ten seconds", async () => {
    await putAlarm({ Period: 300, Statistic: "Sum" });
    expect([await minuteOf(6), await minuteOf(), await minuteOf(6)]).toEqual(["OK", "OK", "ALARM"]);
    await putAlarm({ AlarmName: "fast", Period: 10 });
    const MetricData = [{ MetricName: "load", Value: 99, StorageResolution: 1 }];
    await fixture.call("PutMetricData", { Namespace, MetricData });
    await fixture.clock.advance(22_000);
    expect(await state("fast")).toBe("ALARM");
  });

  test("alarm: percentiles of few samples can be left alone", async () => {
    const percentile = { Statistic: undefined, ExtendedStatistic: "p90" };
    await putAlarm({ ...percentile, EvaluateLowSampleCountPercentile: "ignore" });
    await putAlarm({ ...percentile, AlarmName: "other" });
    expect(await minuteOf(20)).toBe("INSUFFICIENT_DATA");
    expect(await state("other")).toBe("ALARM");
  });

  test("alarm: a change keeps the state, deletion ends it", async () => {
    await putAlarm();
    await minuteOf(20);
    await putAlarm({ Threshold: 100 });
    expect(await described()).toMatchObject({ StateValue: "ALARM", Threshold: 100 });
    expect(await minuteOf(20)).toBe("OK");
    await fixture.call("DeleteAlarms", { AlarmNames: ["high"] });
    expect(await minuteOf(200)).toBe("none");
    const timers = await fixture.store.read((tx) =>
      [...tx.range({ prefix: ["timer"] })].filter(({ key }) => key[2] === "cloudwatch.alarm"),
    );
    expect(timers).toEqual([]);
    await expect(fixture.call("DeleteAlarms", { AlarmNames: ["high"] })).rejects.toMatchObject({
      code: "ResourceNotFound",
    });
  });
});

describe("actions", () => {
  test("alarm: tells topics, functions and the event bus of a change, once", async () => {
    await putAlarm({
      AlarmDescription: "too much",
      AlarmActions: [TOPIC, FUNCTION],
      Dimensions: [{ Name: "stage", Value: "dev" }],
    });
    const put = () =>
      fixture.call("PutMetricData", {
        Namespace,
        MetricData: [
          { MetricName: "load", Value: 20, Dimensions: [{ Name: "stage", Value: "dev" }] },
        ],
      });
    await put();
    await takeRecorded(fixture.store);
    await minuteOf();
    const all = await takeRecorded(fixture.store);
    expect(all.map(({ target }) => target)).toEqual([TOPIC, FUNCTION, BUS]);
    const [topic, fn, bus] = all.map(({ envelope }) => JSON.parse(envelope.payload) as unknown);
    expect(all[0]?.envelope.subject).toBe('ALARM: "high" in US East (N. Virginia)');
    expect(topic).toMatchObject({
      AlarmName: "high",
      AlarmDescription: "too much",
      AWSAccountId: "000000000000",
      NewStateValue: "ALARM",
      OldStateValue: "INSUFFICIENT_DATA",
      StateChangeTime: "2026-01-01T00:01:10.000+0000",
      Region: "US East (N. Virginia)",
      AlarmActions: [TOPIC, FUNCTION],
      Trigger: {
        MetricName: "load",
        Namespace,
        StatisticType: "Statistic",
        Statistic: "AVERAGE",
        Unit: null,
        Dimensions: [{ value: "dev", name: "stage" }],
        Period: 60,
        EvaluationPeriods: 1,
        ComparisonOperator: "GreaterThanThreshold",
        Threshold: 10,
      },
    });
    expect(fn).toMatchObject({
      source: "aws.cloudwatch",
      alarmArn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:high",
      alarmData: {
        alarmName: "high",
        state: { value: "ALARM", timestamp: "2026-01-01T00:01:10.000+0000" },
        previousState: { value: "INSUFFICIENT_DATA" },
        configuration: {
          description: "too much",
          metrics: [
            {
              metricStat: {
                metric: { namespace: Namespace, name: "load", dimensions: { stage: "dev" } },
                period: 60,
                stat: "Average",
              },
              returnData: true,
            },
          ],
        },
      },
    });
    expect(bus).toMatchObject({
      source: "aws.cloudwatch",
      "detail-type": "CloudWatch Alarm State Change",
      resources: ["arn:aws:cloudwatch:us-east-1:000000000000:alarm:high"],
      detail: { alarmName: "high", state: { value: "ALARM" } },
    });
    await put();
    await minuteOf();
    expect(await takeRecorded(fixture.store)).toEqual([]);
  });

  test("alarm: actions can be switched off, and a state can be set", async () => {
    await putAlarm({ AlarmActions: [TOPIC], OKActions: [TOPIC] });
    await fixture.call("DisableAlarmActions", { AlarmNames: ["high", "nobody"] });
    const set = (StateValue: string) =>
      fixture.call("SetAlarmState", { AlarmName: "high", StateValue, StateReason: "a test" });
    await set("ALARM");
    expect(await recorded(TOPIC)).toEqual([]);
    await fixture.call("EnableAlarmActions", { AlarmNames: ["high"] });
    await set("ALARM");
    expect(await recorded(TOPIC)).toEqual([]);
    await set("OK");
    expect(await recorded(TOPIC)).toMatchObject([
      { NewStateValue: "OK", NewStateReason: "a test", OldStateValue: "ALARM" },
    ]);
    await expect(
      fixture.call("SetAlarmState", { AlarmName: "no", StateValue: "OK", StateReason: "" }),
    ).rejects.toMatchObject({ code: "ResourceNotFound" });
  });

  test("alarm: its history tells what was configured, changed and done", async () => {
    await putAlarm({ AlarmActions: [TOPIC] });
    await minuteOf(20);
    const { AlarmHistoryItems = [] } = await fixture.call("DescribeAlarmHistory", {
      AlarmName: "high",
    });
    expect(AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary)).toEqual([
      `Successfully executed action ${TOPIC}`,
      "Alarm updated from INSUFFICIENT_DATA to ALARM",
      'Alarm "high" created',
    ]);
    const ascending = { AlarmName: "high", ScanBy: "TimestampAscending", MaxRecords: 2 };
    const first = await fixture.call("DescribeAlarmHistory", ascending);
    const { NextToken } = first;
    const second = await fixture.call("DescribeAlarmHistory", { ...ascending, NextToken });
    expect(
      [first, second].map(({ AlarmHistoryItems: items }) =>
        items?.map(({ HistoryItemType }) => HistoryItemType),
      ),
    ).toEqual([["ConfigurationUpdate", "StateUpdate"], ["Action"]]);
    await fixture.call("DeleteAlarms", { AlarmNames: ["high"] });
    await fixture.clock.advance(31 * 24 * 3_600_000);
    await putAlarm({ AlarmName: "later" });
    const { AlarmHistoryItems: left = [] } = await fixture.call("DescribeAlarmHistory", {});
    expect(left.map(({ HistorySummary }) => HistorySummary)).toEqual(['Alarm "later" created']);
  });
});

describe("composite", () => {
  const compose = (AlarmRule: string, more: object = {}) =>
    fixture.call("PutCompositeAlarm", { AlarmName: "both", AlarmRule, ...more });
  const set = (AlarmName: string, StateValue: string) =>
    fixture.call("SetAlarmState", { AlarmName, StateValue, StateReason: "a test" });

  beforeEach(async () => {
    await putAlarm({ AlarmName: "a" });
    await putAlarm({ AlarmName: "b" });
  });

  test("composite: follows its children in their transaction", async () => {
    await compose('ALARM("a") AND ALARM(b)', { AlarmActions: [TOPIC] });
    expect(await state("both")).toBe("OK");
    await set("a", "ALARM");
    expect(await state("both")).toBe("OK");
    await takeRecorded(fixture.store);
    await set("b", "ALARM");
    expect(await state("both")).toBe("ALARM");
    expect(await recorded(TOPIC)).toMatchObject([
      { AlarmName: "both", NewStateValue: "ALARM", AlarmRule: 'ALARM("a") AND ALARM(b)' },
    ]);
    await set("a", "OK");
    expect(await state("both")).toBe("OK");
  });

  test("composite: circles come to an end", async () => {
    await compose("ALARM(a)");
    await fixture.call("PutCompositeAlarm", { AlarmName: "top", AlarmRule: "NOT ALARM(both)" });
    await compose("ALARM(a) OR ALARM(top)");
    await set("a", "ALARM");
    expect(await state("both")).toBe("ALARM");
    await set("a", "OK");
    expect(await state("both")).toMatch(/OK|ALARM/);
  });

  test("composite: is described with its family, and keeps its children from deletion", async () => {
    await compose("ALARM(a) OR OK(arn:aws:cloudwatch:us-east-1:000000000000:alarm:b)");
    const names = async (more: Input<"cloudwatch", "DescribeAlarms">) => {
      const found = await fixture.call("DescribeAlarms", more);
      return [...(found.MetricAlarms ?? []), ...(found.CompositeAlarms ?? [])].map(
        ({ AlarmName }) => AlarmName,
      );
    };
    expect(await names({})).toEqual(["a", "b"]);
    expect(await names({ AlarmTypes: ["CompositeAlarm"] })).toEqual(["both"]);
    expect(await names({ ChildrenOfAlarmName: "both" })).toEqual(["a", "b"]);
    expect(await names({ ParentsOfAlarmName: "b" })).toEqual(["both"]);
    expect(await names({ AlarmNamePrefix: "b" })).toEqual(["b"]);
    await expect(fixture.call("DeleteAlarms", { AlarmNames: ["a"] })).rejects.toMatchObject({
      message: "Cannot delete a as there are primary alarms depending on it.",
    });
    await fixture.call("DeleteAlarms", { AlarmNames: ["a", "both"] });
    expect(await names({ ParentsOfAlarmName: "b" })).toEqual([]);
  });

  test.each([
    ["ALARM(nowhere)", {}, "ValidationException"],
    ["ALARM(a", {}, "ValidationException"],
    ["ALARM(a)", { ActionsSuppressor: "b" }, "NotImplemented"],
    ["ALARM(a)", { AlarmName: "a" }, "ValidationException"],
  ])("composite: refuses %s %j", async (rule, more, code) => {
    await expect(compose(rule, more)).rejects.toMatchObject({ code });
  });
});
