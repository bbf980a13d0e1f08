import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type CloudWatchFixture,
  createCloudWatchFixture,
} from "../../testing/cloudwatch-fixture.ts";
import type { Input } from "../../wire/operations.ts";

let fixture: CloudWatchFixture;

beforeEach(() => {
  fixture = createCloudWatchFixture();
});

afterEach(async () => {
  await fixture.stop();
  expect(fixture.log.records).toEqual([]);
});

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const Namespace = "Shop";
type Datum = NonNullable<Input<"cloudwatch", "PutMetricData">["MetricData"]>[number];

function at(offsetMs: number): Date {
  return new Date(fixture.clock.nowMs() + offsetMs);
}

function put(...MetricData: readonly Datum[]): Promise<void> {
  return fixture.call("PutMetricData", { Namespace, MetricData });
}

async function statistics(
  more: Partial<Input<"cloudwatch", "GetMetricStatistics">> & { readonly MetricName: string },
) {
  const { Datapoints = [] } = await fixture.call("GetMetricStatistics", {
    Namespace,
    StartTime: at(-HOUR_MS),
    EndTime: at(MINUTE_MS),
    Period: 60,
    ...(more.ExtendedStatistics === undefined && {
      Statistics: ["SampleCount", "Sum", "Average", "Minimum", "Maximum"],
    }),
    ...more,
  });
  return [...Datapoints].sort((a, b) => Number(a.Timestamp) - Number(b.Timestamp));
}

async function values(Expression: string, metrics: readonly string[]) {
  const { MetricDataResults = [] } = await fixture.call("GetMetricData", {
    StartTime: at(-5 * MINUTE_MS),
    EndTime: at(0),
    ScanBy: "TimestampAscending",
    MetricDataQueries: [
      ...metrics.map((MetricName, index) => ({
        Id: `m${index + 1}`,
        ReturnData: false,
        MetricStat: { Metric: { Namespace, MetricName }, Period: 60, Stat: "Sum" },
      })),
      { Id: "e1", Expression },
    ],
  });
  return MetricDataResults.map(({ Values }) => Values);
}

describe("put", () => {
  test("put: all forms of a datum add up in the minute of their time", async () => {
    await put(
      { MetricName: "orders", Value: 3, Unit: "Count" },
      { MetricName: "orders", Values: [1, 5], Counts: [2, 1], Unit: "Count" },
      {
        MetricName: "orders",
        StatisticValues: { SampleCount: 2, Sum: 30, Minimum: 10, Maximum: 20 },
        Unit: "Count",
      },
      { MetricName: "orders", Value: 7, Unit: "Count", Timestamp: at(-2 * MINUTE_MS) },
    );
    expect(await statistics({ MetricName: "orders" })).toEqual([
      {
        Timestamp: at(-2 * MINUTE_MS),
        SampleCount: 1,
        Sum: 7,
        Average: 7,
        Minimum: 7,
        Maximum: 7,
        Unit: "Count",
      },
      {
        Timestamp: at(0),
        SampleCount: 6,
        Sum: 40,
        Average: 40 / 6,
        Minimum: 1,
        Maximum: 20,
        Unit: "Count",
      },
    ]);
  });

  test("put: units and dimensions keep data apart", async () => {
    const dimensions = [
      { Name: "b", Value: "2" },
      { Name: "a", Value: "1" },
    ];
    await put(
      { MetricName: "time", Value: 1, Unit: "Seconds" },
      { MetricName: "time", Value: 2, Unit: "Milliseconds" },
      { MetricName: "time", Value: 4, Dimensions: dimensions },
    );
    const plain = await statistics({ MetricName: "time", Statistics: ["Sum"] });
    expect(plain.map(({ Sum, Unit }) => [Sum, Unit]).sort()).toEqual([
      [1, "Seconds"],
      [2, "Milliseconds"],
    ]);
    const one = await statistics({ MetricName: "time", Statistics: ["Sum"], Unit: "Seconds" });
    expect(one).toMatchObject([{ Sum: 1 }]);
    const other = { MetricName: "time", Dimensions: dimensions.toReversed() };
    expect(await statistics(other)).toMatchObject([{ Sum: 4, Unit: "None" }]);
    expect(await statistics({ MetricName: "time", Dimensions: dimensions.slice(1) })).toEqual([]);
  });

  test("put: high resolution is kept by the second", async () => {
    await put(
      { MetricName: "fast", Value: 1, StorageResolution: 1 },
      { MetricName: "fast", Value: 2, StorageResolution: 1, Timestamp: at(-10_000) },
    );
    const range = { MetricName: "fast", StartTime: at(-MINUTE_MS), Statistics: ["Sum"] };
    expect(await statistics({ ...range, Period: 10 })).toMatchObject([{ Sum: 2 }, { Sum: 1 }]);
    expect(await statistics({ ...range, Period: 300 })).toMatchObject([{ Sum: 3 }]);
  });

  const member = "MetricData.member.1";
  test.each<[Datum, string, string]>([
    [{ MetricName: "a" }, "MissingRequiredParameterException", ""],
    [
      { MetricName: "a", Value: 1, Values: [1] },
      "InvalidParameterCombinationException",
      `The parameters ${member}.Value and ${member}.Values are mutually exclusive ` +
        "and you have specified both.",
    ],
    [
      { MetricName: "a", Value: Number.NaN },
      "InvalidParameterValueException",
      `The value NaN for parameter ${member}.Value is invalid.`,
    ],
    [{ MetricName: "a", Value: 2 ** 361 }, "InvalidParameterValueException", ""],
    [{ MetricName: "a", Value: 1, StorageResolution: 5 }, "InvalidParameterValueException", ""],
    [{ MetricName: "a", Values: [1, 2], Counts: [1] }, "InvalidParameterCombinationException", ""],
    [
      { MetricName: "a", Value: 1, Timestamp: new Date(Date.UTC(2025, 11, 17)) },
      "InvalidParameterValueException",
      `The parameter ${member}.Timestamp must specify a time within the past two weeks.`,
    ],
    [
      { MetricName: "a", Value: 1, Timestamp: new Date(Date.UTC(2026, 0, 1, 2, 1)) },
      "InvalidParameterValueException",
      `The parameter ${member}.Timestamp must specify a time no more than two hours in the future.`,
    ],
    [
      { MetricName: "a", Value: 1, Dimensions: [{ Name: ":a", Value: "b" }] },
      "InvalidParameterValueException",
      "",
    ],
  ])("put: refuses %j", async (datum, code, message) => {
    const refused = await put(datum).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test("put: refuses namespaces of AWS, entities and nothing at all", async () => {
    const one = { MetricData: [{ MetricName: "a", Value: 1 }] };
    for (const [input, code] of [
      [{ Namespace: "AWS/Lambda", ...one }, "InvalidParameterValueException"],
      [{ Namespace, EntityMetricData: [one] }, "NotImplemented"],
      [{ Namespace }, "MissingRequiredParameterException"],
    ] as const) {
      await expect(fixture.call("PutMetricData", input)).rejects.toMatchObject({ code });
    }
  });
});

describe("statistics", () => {
  const HUNDRED = Array.from({ length: 100 }, (_, index) => index + 1);

  test.each([
    ["p0", 1],
    ["p50", 50],
    ["p99", 99],
    ["p99.9", 100],
    ["tm90", 45.5],
    ["TM(10%:90%)", 50.5],
    ["TM(10:20)", 15.5],
    ["TM(90%:)", 95.5],
    ["wm98", (HUNDRED.slice(0, 98).reduce((a, b) => a + b) + 2 * 98) / 100],
    ["WM(40:60)", 50.1],
    ["tc90", 90],
    ["tc99.5", 99.5],
    ["TC(:30)", 30],
    ["ts10", 55],
    ["TS(80%:)", 1810],
    ["PR(:30)", 30],
    ["PR(10:)", 90],
    ["IQM", 50.5],
  ])("statistics: %s of 1 to 100", async (name, expected) => {
    await put({ MetricName: "size", Values: HUNDRED });
    const [datapoint] = await statistics({ MetricName: "size", ExtendedStatistics: [name] });
    expect(datapoint?.ExtendedStatistics?.[name]).toBeCloseTo(expected, 6);
  });

  test("statistics: sets and negative values have no percentiles", async () => {
    await put(
      { MetricName: "set", StatisticValues: { SampleCount: 9, Sum: 9, Minimum: 0, Maximum: 3 } },
      { MetricName: "negative", Value: -1 },
      { MetricName: "same", StatisticValues: { SampleCount: 9, Sum: 9, Minimum: 1, Maximum: 1 } },
    );
    const p50 = async (MetricName: string) => {
      const [found] = await statistics({ MetricName, ExtendedStatistics: ["p50"] });
      return found?.ExtendedStatistics;
    };
    expect([await p50("set"), await p50("negative"), await p50("same")]).toEqual([
      {},
      {},
      { p50: 1 },
    ]);
  });

  test("statistics: many different values are rounded, not lost", async () => {
    for (let round = 0; round < 20; round += 1) {
      const Values = HUNDRED.map((value) => round * 100 + value + 0.5);
      await put({ MetricName: "many", Values });
    }
    const ExtendedStatistics = ["p50", "p99", "tc100"];
    const [datapoint] = await statistics({ MetricName: "many", ExtendedStatistics });
    const { p50 = 0, p99 = 0, tc100 } = datapoint?.ExtendedStatistics ?? {};
    expect(Math.abs(p50 / 1000 - 1)).toBeLessThan(0.01);
    expect(Math.abs(p99 / 1980 - 1)).toBeLessThan(0.01);
    expect(tc100).toBe(2000);
  });

  test.each([
    [{ Period: 7 }, "InvalidParameterValueException", ""],
    [{ StartTime: new Date(0), EndTime: new Date(0) }, "InvalidParameterValueException", ""],
    [
      { StartTime: new Date(Date.UTC(2025, 11, 30)) },
      "InvalidParameterCombinationException",
      "You have requested up to 2881 datapoints, which exceeds the limit of 1440. You may reduce " +
        "the datapoints requested by increasing Period, or decreasing the time range.",
    ],
    [{ ExtendedStatistics: ["p101"] }, "InvalidParameterValueException", ""],
    [{ ExtendedStatistics: ["TM(90%:10)"] }, "InvalidParameterValueException", ""],
    [
      { Statistics: ["Sum"], ExtendedStatistics: ["p1"] },
      "InvalidParameterCombinationException",
      "",
    ],
  ])("statistics: refuses %j", async (more, code, message) => {
    const refused = await statistics({ MetricName: "a", ...more }).catch((error) => error);
    expect(refused).toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe("metric data", () => {
  beforeEach(async () => {
    await put(
      ...[1, 2, 3, 4, 5].map((Value) => ({
        MetricName: "all",
        Value,
        Timestamp: at((Value - 6) * MINUTE_MS),
      })),
      { MetricName: "some", Value: 1, Timestamp: at(-4 * MINUTE_MS) },
    );
  });

  test("metric data: expressions over metrics that are not returned", async () => {
    expect(await values("m1 * 2", ["all"])).toEqual([[2, 4, 6, 8, 10]]);
    expect(await values("100 * m2 / m1", ["all", "some"])).toEqual([[50]]);
    expect(await values("FILL(m2, 0) + m1", ["all", "some"])).toEqual([[1, 3, 3, 4, 5]]);
    expect(await values("METRICS()", ["all", "some"])).toEqual([[1, 2, 3, 4, 5], [1]]);
  });

  test("metric data: the newest comes first, and pages go on where they ended", async () => {
    const MetricDataQueries = ["all", "some"].map((MetricName) => ({
      Id: MetricName,
      MetricStat: { Metric: { Namespace, MetricName }, Period: 60, Stat: "Sum" },
    }));
    const range = { StartTime: at(-HOUR_MS), EndTime: at(0), MetricDataQueries, MaxDatapoints: 4 };
    const first = await fixture.call("GetMetricData", range);
    expect(first.MetricDataResults).toMatchObject([
      { Id: "all", Label: "all", Values: [5, 4, 3, 2], StatusCode: "PartialData" },
    ]);
    const { NextToken } = first;
    const second = await fixture.call("GetMetricData", { ...range, NextToken });
    expect(second).toMatchObject({
      MetricDataResults: [
        { Id: "all", Values: [1], StatusCode: "Complete" },
        { Id: "some", Values: [1], StatusCode: "Complete" },
      ],
    });
    expect(second.NextToken).toBeUndefined();
  });

  test("metric data: an expression has the period of its slowest metric", async () => {
    const of = (Id: string, Period: number) => ({
      Id,
      MetricStat: { Metric: { Namespace, MetricName: "all" }, Period, Stat: "Sum" },
    });
    const { MetricDataResults } = await fixture.call("GetMetricData", {
      StartTime: at(-5 * MINUTE_MS),
      EndTime: at(0),
      MetricDataQueries: [of("m1", 60), of("m2", 300), { Id: "e1", Expression: "m1 + m2" }],
    });
    expect(MetricDataResults?.at(-1)).toMatchObject({ Id: "e1", Values: [30] });
  });

  test.each([
    ["m1 +", "ValidationException", "Error in expression 'e1': Unexpected end of the expression"],
    ["m9", "ValidationException", "Error in expression 'e1': There is no metric with the id 'm9'"],
    ["e1 + 1", "ValidationException", "Error in expression 'e1': The expression refers to itself"],
    ["SUM(m1)", "ValidationException", "The result of an expression must be a time series"],
    ["SEARCH('x', 'Sum')", "NotImplemented", "SEARCH in expressions of GetMetricData"],
  ])("metric data: refuses %s", async (expression, code, message) => {
    const refused = await values(expression, ["all"]).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe("list", () => {
  const list = async (more: Input<"cloudwatch", "ListMetrics">) =>
    ((await fixture.call("ListMetrics", more)).Metrics ?? []).map(({ MetricName }) => MetricName);

  test("list: filters by name and dimensions, and forgets what is two weeks old", async () => {
    const Dimensions = [{ Name: "stage", Value: "dev" }];
    await put({ MetricName: "a", Value: 1, Dimensions }, { MetricName: "b", Value: 1 });
    expect(await list({})).toEqual(["a", "b"]);
    expect(await list({ Namespace: "Other" })).toEqual([]);
    expect(await list({ Namespace, MetricName: "b" })).toEqual(["b"]);
    expect(await list({ Dimensions: [{ Name: "stage" }] })).toEqual(["a"]);
    expect(await list({ Dimensions: [{ Name: "stage", Value: "live" }] })).toEqual([]);
    await fixture.clock.advance(4 * HOUR_MS);
    await put({ MetricName: "b", Value: 1 });
    expect(await list({ RecentlyActive: "PT3H" })).toEqual(["b"]);
    expect(await list({})).toEqual(["a", "b"]);
    await fixture.clock.advance(14 * DAY_MS);
    expect(await list({})).toEqual(["b"]);
  });

  test("list: pages of 500", async () => {
    const data = Array.from({ length: 700 }, (_, index) => ({
      MetricName: `metric-${index}`,
      Value: 1,
    }));
    for (let from = 0; from < data.length; from += 25) {
      await put(...data.slice(from, from + 25));
    }
    const first = await fixture.call("ListMetrics", {});
    const second = await fixture.call("ListMetrics", { NextToken: first.NextToken });
    const names = [...(first.Metrics ?? []), ...(second.Metrics ?? [])];
    expect([first.Metrics?.length, second.NextToken]).toEqual([500, undefined]);
    expect(new Set(names.map(({ MetricName }) => MetricName)).size).toBe(700);
    await expect(fixture.call("ListMetrics", { NextToken: "?" })).rejects.toMatchObject({
      code: "InvalidNextToken",
    });
  });
});

test("retention: data are summed up ever more coarsely, and gone in the end", async () => {
  const startMs = fixture.clock.nowMs();
  await put(
    { MetricName: "old", Value: 1, StorageResolution: 1 },
    { MetricName: "old", Value: 2, StorageResolution: 1, Timestamp: at(30_000) },
    { MetricName: "old", Value: 4, Timestamp: at(2 * MINUTE_MS) },
  );
  const sums = async (Period: number) => {
    const StartTime = new Date(startMs);
    const EndTime = new Date(startMs + HOUR_MS);
    const range = { MetricName: "old", StartTime, EndTime, Statistics: ["Sum"], Period };
    return (await statistics(range)).map(({ Sum }) => Sum);
  };
  expect([await sums(60), await sums(300), await sums(3600)]).toEqual([[3, 4], [7], [7]]);
  await fixture.clock.advance(5 * HOUR_MS);
  expect([await sums(60), await sums(300), await sums(3600)]).toEqual([[3, 4], [7], [7]]);
  await fixture.clock.advance(15 * DAY_MS);
  expect([await sums(60), await sums(300), await sums(3600)]).toEqual([[], [7], [7]]);
  await fixture.clock.advance(50 * DAY_MS);
  expect([await sums(300), await sums(3600)]).toEqual([[], [7]]);
  await fixture.clock.advance(400 * DAY_MS);
  expect(await sums(3600)).toEqual([]);
  const rows = await fixture.store.read((tx) => [...tx.range({ prefix: ["cloudwatch"] })].length);
  expect(rows).toBe(0);
});
