import { expect, test } from "vitest";
import { embeddedMetricsOf } from "./embedded-metrics.ts";

const DOCUMENT = {
  _aws: {
    Timestamp: 1574109732004,
    CloudWatchMetrics: [
      {
        Namespace: "shop",
        Dimensions: [["service"], ["service", "stage"], ["missing"]],
        Metrics: [
          { Name: "orders", Unit: "Count" },
          { Name: "latency", Unit: "Milliseconds", StorageResolution: 1 },
          { Name: "absent" },
        ],
      },
    ],
  },
  service: "checkout",
  stage: "dev",
  orders: 2,
  latency: [1.5, 3],
};

const FOUND = [
  {
    namespace: "shop",
    timestampMs: 1574109732004,
    dimensions: [
      [["service", "checkout"]],
      [
        ["service", "checkout"],
        ["stage", "dev"],
      ],
    ],
    metrics: [
      { name: "orders", unit: "Count", values: [2], isHighResolution: false },
      { name: "latency", unit: "Milliseconds", values: [1.5, 3], isHighResolution: true },
    ],
  },
];

test("embedded metrics: are found in plain lines and in those of the console", () => {
  const text = JSON.stringify(DOCUMENT);
  expect(embeddedMetricsOf(text)).toEqual(FOUND);
  const prefix = "2026-11-21T19:43:00.000Z\t6a3d1c7e-0000-4000-8000-000000000000\tINFO\t";
  expect(embeddedMetricsOf(`${prefix}${text}\n`)).toEqual(FOUND);
});

test("embedded metrics: without dimensions they are the namespace's", () => {
  const bare = { Namespace: "n", Metrics: [{ Name: "a" }] };
  const document = { _aws: { Timestamp: 5, CloudWatchMetrics: [bare] }, a: 1 };
  expect(embeddedMetricsOf(JSON.stringify(document))).toMatchObject([{ dimensions: [[]] }]);
});

test.each([
  "",
  "plain text",
  '{"a": 1}',
  '"CloudWatchMetrics" {',
  '{"_aws": {"CloudWatchMetrics": 1}}',
  '{"_aws": {"Timestamp": 1, "CloudWatchMetrics": [1, {"Namespace": 2, "Metrics": []}]}}',
])("embedded metrics: %s has none", (message) => {
  expect(embeddedMetricsOf(message)).toEqual([]);
});
