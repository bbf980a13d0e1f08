import { beforeEach, expect, test } from "vitest";
import { isMetricSample, type MetricSample } from "../../outbox/metrics.ts";
import { createMemoryLog } from "../../platform/log.ts";
import { createSeededRandom } from "../../platform/random.ts";
import { createSimulatedClock } from "../../platform/simulated-clock.ts";
import { createMemoryStore } from "../../store/memory/memory-store.ts";
import { inProcessDispatcher } from "../../testing/lambda-fixture.ts";
import { type ServiceCaller, serviceCaller } from "../../testing/service-harness.ts";
import type { Input } from "../../wire/operations.ts";
import { createLogs } from "./service.ts";

let call: ServiceCaller<"logs">;
let samples: MetricSample[];
const clock = createSimulatedClock();
const STREAM = { logGroupName: "app", logStreamName: "one" };
const FILTER = { logGroupName: "app", filterName: "filter" };
const METRIC = { metricNamespace: "Shop", metricName: "errors", metricValue: "1" };

beforeEach(async () => {
  samples = [];
  const random = createSeededRandom(1);
  const store = createMemoryStore({
    clock,
    random,
    restarting: true,
    onNote: (note) => (isMetricSample(note) ? samples.push(note) : undefined),
  });
  const { service } = createLogs({
    store,
    clock,
    random,
    log: createMemoryLog(),
    sinks: {},
    dispatcher: inProcessDispatcher({}, clock),
  });
  call = serviceCaller<"logs">(service, clock);
  await call("CreateLogGroup", { logGroupName: "app" });
  await call("CreateLogStream", STREAM);
});

function putFilter(
  filterPattern: string,
  more: Partial<Input<"logs", "PutMetricFilter">["metricTransformations"][number]> = {},
): Promise<void> {
  const metricTransformations = [{ ...METRIC, ...more }];
  return call("PutMetricFilter", { ...FILTER, filterPattern, metricTransformations });
}

/** What the events give: value and dimensions. */
async function counted(...messages: readonly string[]): Promise<readonly unknown[]> {
  samples = [];
  const logEvents = messages.map((message) => ({ timestamp: clock.nowMs(), message }));
  await call("PutLogEvents", { ...STREAM, logEvents });
  return samples.map(({ values, dimensions }) => [values[0]?.[2], ...(dimensions[0] ?? []).flat()]);
}

test("filter: counts what matches, and the default value for the rest", async () => {
  await putFilter("ERROR");
  expect(await counted("ERROR one", "all is well", "ERROR two")).toEqual([[1], [1]]);
  expect(samples[0]).toMatchObject({
    namespace: "Shop",
    values: [["errors", "None", 1]],
    atMs: clock.nowMs(),
  });
  await putFilter("ERROR", { defaultValue: 0, unit: "Count" });
  expect(await counted("ERROR one", "all is well")).toEqual([[1], [0]]);
});

test("filter: takes values and dimensions out of JSON events", async () => {
  await putFilter("{ $.ms > 10 }", {
    metricValue: "$.ms",
    dimensions: { path: "$.request.path", user: "$.user" },
  });
  const event = (ms: unknown, more: object = {}) =>
    JSON.stringify({ ms, request: { path: "/a" }, ...more });
  expect(
    await counted(event(11, { user: "u" }), event(5, { user: "u" }), event(12), "text"),
  ).toEqual([[11, "path", "/a", "user", "u"]]);
});

test("filter: takes values out of columns", async () => {
  await putFilter("[ip, ..., status = 5*, bytes]", { metricValue: "$bytes" });
  expect(await counted("1.2.3.4 - GET 500 17", "1.2.3.4 - GET 200 18", "1 503 x")).toEqual([[17]]);
});

test("filters: are described with pages and by metric, and deleted", async () => {
  for (const filterName of ["a1", "a2", "b1"]) {
    const filter = { ...FILTER, filterName, filterPattern: "x" };
    await call("PutMetricFilter", { ...filter, metricTransformations: [METRIC] });
  }
  const names = async (more: Input<"logs", "DescribeMetricFilters">) => {
    const { metricFilters = [], nextToken } = await call("DescribeMetricFilters", more);
    return { names: metricFilters.map(({ filterName }) => filterName), nextToken };
  };
  const first = await names({ limit: 2 });
  expect(first.names).toEqual(["a1", "a2"]);
  expect(await names({ limit: 2, nextToken: first.nextToken })).toEqual({
    names: ["b1"],
    nextToken: undefined,
  });
  expect((await names({ logGroupName: "app", filterNamePrefix: "b" })).names).toEqual(["b1"]);
  const other = { metricName: "errors", metricNamespace: "Other" };
  expect((await names(other)).names).toEqual([]);
  const count = async () => (await call("DescribeLogGroups", {})).logGroups?.[0]?.metricFilterCount;
  expect(await count()).toBe(3);
  await call("DeleteMetricFilter", { ...FILTER, filterName: "a1" });
  expect(await count()).toBe(2);
  await expect(call("DeleteMetricFilter", { ...FILTER, filterName: "a1" })).rejects.toMatchObject({
    code: "ResourceNotFoundException",
  });
});

test.each([
  ["{ $.a", {}],
  ["ERROR", { metricValue: "many" }],
  ["ERROR", { metricValue: "$bytes" }],
  ["ERROR", { metricNamespace: "AWS/Lambda" }],
  ["{ $.a = 1 }", { dimensions: { a: "$.a" }, defaultValue: 0 }],
  ["{ $.a = 1 }", { dimensions: { a: "fixed" } }],
])("filter: refuses %s %j", async (pattern, more) => {
  await expect(putFilter(pattern, more)).rejects.toMatchObject({
    code: "InvalidParameterException",
  });
});

test("embedded metrics: come out of events by themselves", async () => {
  const Timestamp = clock.nowMs();
  const Metrics = [
    { Name: "orders", Unit: "Count" },
    { Name: "ms", StorageResolution: 1 },
  ];
  const CloudWatchMetrics = [{ Namespace: "Shop", Dimensions: [["service"]], Metrics }];
  const event = { _aws: { Timestamp, CloudWatchMetrics }, service: "cart", orders: 2, ms: [1, 2] };
  expect(await counted("before", JSON.stringify(event))).toEqual([
    [2, "service", "cart"],
    [1, "service", "cart"],
  ]);
  expect(samples.map(({ resolution, values }) => [resolution, values.length])).toEqual([
    [undefined, 1],
    [1, 2],
  ]);
});
