import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluateMetricMath } from "./evaluate.ts";
import { idsOf } from "./expression.ts";
import { parseMetricMath } from "./parse.ts";
import type { MathValue, Series } from "./value.ts";

const PERIOD_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 1, 10, 30);
const GRID = { startMs: START_MS, endMs: START_MS + 5 * PERIOD_MS, periodMs: PERIOD_MS };

type Row = readonly (number | undefined)[];

function series(id: string, row: Row): Series {
  const points = new Map<number, number>();
  row.forEach((value, index) => {
    if (value !== undefined) {
      points.set(START_MS + index * PERIOD_MS, value);
    }
  });
  return { id, label: id, points };
}

function rowOf({ points }: Series): Row {
  return [0, 1, 2, 3, 4].map((index) => points.get(START_MS + index * PERIOD_MS));
}

const _ = undefined;
const METRICS: Readonly<Record<string, Row>> = {
  m1: [1, 2, 3, 4, 5],
  m2: [10, _, 30, _, 50],
  errors: [0, 1, 0, 2, 0],
  empty: [_, _, _, _, _],
};

function evaluated(text: string): unknown {
  const parsed = parseMetricMath(text);
  if (parsed.expression === undefined) {
    return `parse: ${parsed.reason}`;
  }
  const all = Object.entries(METRICS).map(([id, row]) => series(id, row));
  const lookUp = (id: string): MathValue | undefined => {
    const found = all.find((one) => one.id === id);
    return found && { kind: "series", series: found };
  };
  const result = evaluateMetricMath(parsed.expression, {
    grid: GRID,
    lookUp,
    metrics: () => all,
  });
  if (result.value === undefined) {
    return `value: ${result.reason}`;
  }
  switch (result.value.kind) {
    case "scalar":
      return result.value.value;
    case "series":
      return rowOf(result.value.series);
    default:
      return result.value.items.map(({ id }) => id);
  }
}

test.each<[string, unknown]>([
  ["1 + 2 * 3 - 4 / 2", 5],
  ["-2 ^ 2", -4],
  ["2 ^ -1", 0.5],
  ["2 ^ 3 ^ 2", 512],
  ["(1 + 2) * 3", 9],
  ["1.5e2 / 3", 50],
  ["1 < 2 AND 2 >= 3 || 1 == 1", 1],
  ["m1 * 2", [2, 4, 6, 8, 10]],
  ["100 - m1", [99, 98, 97, 96, 95]],
  ["m1 + m2", [11, _, 33, _, 55]],
  ["m1 / errors", [_, 2, _, 2, _]],
  ["m1 > 2 && m1 < 5", [0, 0, 1, 1, 0]],
  ["SUM(m1)", 15],
  ["AVG([m1, m2])", [5.5, 2, 16.5, 4, 27.5]],
  ["SUM(METRICS())", [11, 3, 33, 6, 55]],
  ['MAX(METRICS("m"))', [10, 2, 30, 4, 50]],
  ["m1 - MIN(m1)", [0, 1, 2, 3, 4]],
  ["STDDEV(m1)", Math.sqrt(2)],
  ["DATAPOINT_COUNT(m2)", 3],
  ["METRIC_COUNT(METRICS())", 4],
  ["FILL(m2, 0)", [10, 0, 30, 0, 50]],
  ["FILL(m2, REPEAT)", [10, 10, 30, 30, 50]],
  ["FILL(m2, LINEAR)", [10, 20, 30, 40, 50]],
  ["FILL(m2, m1)", [10, 2, 30, 4, 50]],
  ["FILL(empty, 7)", [7, 7, 7, 7, 7]],
  ["IF(m1 > 3, m1, 0)", [0, 0, 0, 4, 5]],
  ["IF(m1 > 3, m2)", [_, _, _, _, 50]],
  ["IF(1, m1, m2)", [1, 2, 3, 4, 5]],
  ["RATE(m2)", [_, _, 20 / 120, _, 20 / 120]],
  ["DIFF(m1)", [_, 1, 1, 1, 1]],
  ["DIFF_TIME(m2)", [_, _, 120, _, 120]],
  ["RUNNING_SUM(m1)", [1, 3, 6, 10, 15]],
  ["PERIOD(m1)", 60],
  ["m1 * PERIOD(m1)", [60, 120, 180, 240, 300]],
  ["TIME_SERIES(3)", [3, 3, 3, 3, 3]],
  ["MINUTE(m1)", [30, 31, 32, 33, 34]],
  ["EPOCH(m2) - EPOCH(m1)", [0, _, 0, _, 0]],
  ["ABS(0 - m1)", [1, 2, 3, 4, 5]],
  ["CEIL(m1 / 2)", [1, 1, 2, 2, 3]],
  ["LOG10(m2)", [1, _, Math.log10(30), _, Math.log10(50)]],
  ["SORT(METRICS(), SUM, DESC)", ["m2", "m1", "errors", "empty"]],
  ["SORT(METRICS(), SUM, ASC, 2)", ["errors", "m1"]],
  ["SLICE(METRICS(), 1, 3)", ["m2", "errors"]],
  ["FIRST(METRICS())", [1, 2, 3, 4, 5]],
  ["SLICE(METRICS(), 1)", [10, _, 30, _, 50]],
  ["REMOVE_EMPTY(METRICS())", ["m1", "m2", "errors"]],
  ["METRICS() * 2", ["m1", "m2", "errors", "empty"]],
])("metric math: %s", (text, expected) => {
  expect(evaluated(text)).toEqual(expected);
});

test.each([
  "m1 +",
  "(m1",
  "m1 m2",
  "nothere",
  "SUM()",
  "SUM(m1, m2)",
  "NOSUCH(m1)",
  "m1 $ 2",
  "SORT(METRICS(), NOSUCH, ASC)",
  "METRICS() + METRICS()",
  "FILL(m1)",
  "toString(m1)",
])("metric math: %s has no value", (text) => {
  expect(evaluated(text)).toMatch(/^(parse|value): /);
});

test.each(["SEARCH('{AWS/Lambda}', 'Sum', 300)", "ANOMALY_DETECTION_BAND(m1)", "SELECT AVG(a)"])(
  "metric math: %s is refused by name",
  (text) => {
    expect(parseMetricMath(text)).toMatchObject({ unsupported: expect.any(String) });
  },
);

test("metric math: knows the ids of an expression", () => {
  const { expression } = parseMetricMath("IF(m1 > a, [m2, m3], -e1 * SUM(METRICS()))");
  expect(expression && idsOf(expression)).toEqual({
    ids: new Set(["m1", "a", "m2", "m3", "e1"]),
    usesMetrics: true,
  });
});

test("metric math: any text is an expression or has a reason, and nothing else happens", () => {
  const piece = fc.constantFrom(
    "m1",
    "m2",
    "(",
    ")",
    "[",
    "]",
    ",",
    "+",
    "-",
    "^",
    "SUM(",
    "IF(",
    "3",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      evaluated(pieces.join(" "));
    }),
  );
});
