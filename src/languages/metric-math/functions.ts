/**
 * The functions of metric math whose arguments are values. `IF`, `METRICS` and those with keywords
 * are in `evaluate.ts`.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
import { MetricMathError } from "./expression.ts";
import {
  type Grid,
  type MathValue,
  mapPoints,
  mapSeries,
  type Series,
  sortedPoints,
  timesOf,
  valueAt,
  withPoints,
} from "./value.ts";

type MathFunction = (args: readonly MathValue[], grid: Grid) => MathValue;

const SECOND_MS = 1_000;

/** Numbers to one: of a series all its values, of an array those of one time. */
const AGGREGATES: Readonly<Record<string, (values: readonly number[]) => number>> = {
  AVG: (values) => sum(values) / values.length,
  DATAPOINT_COUNT: (values) => values.length,
  MAX: (values) => values.reduce((most, value) => Math.max(most, value)),
  MIN: (values) => values.reduce((least, value) => Math.min(least, value)),
  STDDEV: deviation,
  SUM: sum,
};

/** A value alone. */
const POINTWISE: Readonly<Record<string, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
  LOG: Math.log,
  LOG10: Math.log10,
};

/** The time of a point, in UTC. */
const CALENDAR: Readonly<Record<string, (at: Date) => number>> = {
  DATE: (at) => at.getUTCDate(),
  DAY: (at) => at.getUTCDay() || 7,
  EPOCH: (at) => at.getTime() / SECOND_MS,
  HOUR: (at) => at.getUTCHours(),
  MINUTE: (at) => at.getUTCMinutes(),
  MONTH: (at) => at.getUTCMonth() + 1,
  YEAR: (at) => at.getUTCFullYear(),
};

type Step = { readonly value: number; readonly before: number; readonly seconds: number };

/** A point and the one before it; the first has none and so no result. */
const STEPS: Readonly<Record<string, (step: Step) => number>> = {
  DIFF: ({ value, before }) => value - before,
  DIFF_TIME: ({ seconds }) => seconds,
  RATE: ({ value, before, seconds }) => (value - before) / seconds,
};

const OTHERS: Readonly<Record<string, MathFunction>> = {
  FIRST: (args) => ({ kind: "series", series: pick(args, 0) }),
  LAST: (args) => ({ kind: "series", series: pick(args, -1) }),
  METRIC_COUNT: (args) => ({ kind: "scalar", value: arrayOf(args).length }),
  PERIOD: (args, { periodMs }) => {
    only(args);
    return { kind: "scalar", value: periodMs / SECOND_MS };
  },
  REMOVE_EMPTY: (args) => ({
    kind: "array",
    items: arrayOf(args).filter(({ points }) => points.size > 0),
  }),
  RUNNING_SUM: (args) => mapSeries(only(args), runningSum),
  SLICE: slice,
  TIME_SERIES: (args, grid) => ({ kind: "series", series: timeSeries(only(args), grid) }),
};

export function functionOf(name: string): MathFunction | undefined {
  const aggregate = own(AGGREGATES, name);
  if (aggregate !== undefined) {
    return (args) => aggregated(only(args), aggregate);
  }
  const pointwise = own(POINTWISE, name);
  if (pointwise !== undefined) {
    return (args) => overPoints(only(args), pointwise);
  }
  const calendar = own(CALENDAR, name);
  if (calendar !== undefined) {
    return (args) =>
      mapSeries(only(args), (series) => mapPoints(series, (_, atMs) => calendar(new Date(atMs))));
  }
  const step = own(STEPS, name);
  if (step !== undefined) {
    return (args) => mapSeries(only(args), (series) => stepped(series, step));
  }
  return own(OTHERS, name);
}

/** For SORT: a number for a whole series; `undefined` for one without points. */
export function aggregateOf(name: string, series: Series): number | undefined {
  const aggregate = own(AGGREGATES, name);
  if (aggregate === undefined) {
    throw new MetricMathError(`SORT cannot sort by ${name}`);
  }
  return series.points.size === 0 ? undefined : aggregate([...series.points.values()]);
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function only(args: readonly MathValue[]): MathValue {
  const [first, second] = args;
  if (first === undefined || second !== undefined) {
    throw new MetricMathError("A function is given the wrong number of arguments");
  }
  return first;
}

function arrayOf(args: readonly MathValue[]): readonly Series[] {
  const value = only(args);
  if (value.kind !== "array") {
    throw new MetricMathError("An array of time series is expected");
  }
  return value.items;
}

function pick(args: readonly MathValue[], at: number): Series {
  const found = arrayOf(args).at(at);
  if (found === undefined) {
    throw new MetricMathError("The array of time series is empty");
  }
  return found;
}

/** A series becomes a number; an array becomes a series of what its series have at each time. */
function aggregated(value: MathValue, aggregate: (values: readonly number[]) => number): MathValue {
  if (value.kind === "scalar") {
    return { kind: "scalar", value: aggregate([value.value]) };
  }
  if (value.kind === "series") {
    const values = [...value.series.points.values()];
    return { kind: "scalar", value: values.length === 0 ? Number.NaN : aggregate(values) };
  }
  const byTime = new Map<number, number[]>();
  for (const { points } of value.items) {
    for (const [atMs, number] of points) {
      const others = byTime.get(atMs);
      if (others === undefined) {
        byTime.set(atMs, [number]);
      } else {
        others.push(number);
      }
    }
  }
  const points = [...byTime].map(([atMs, values]) => [atMs, aggregate(values)] as const);
  return { kind: "series", series: withPoints(EMPTY, points) };
}

const EMPTY: Series = { id: "", label: "", points: new Map() };

function overPoints(value: MathValue, compute: (value: number) => number): MathValue {
  return value.kind === "scalar"
    ? { kind: "scalar", value: compute(value.value) }
    : mapSeries(value, (series) => mapPoints(series, compute));
}

function stepped(series: Series, compute: (step: Step) => number): Series {
  const points = sortedPoints(series);
  const results = points.slice(1).map(([atMs, value], index) => {
    const [beforeMs, before] = points[index] ?? [atMs, value];
    return [atMs, compute({ value, before, seconds: (atMs - beforeMs) / SECOND_MS })] as const;
  });
  return withPoints(series, results);
}

function runningSum(series: Series): Series {
  let total = 0;
  const points = sortedPoints(series).map(([atMs, value]) => {
    total += value;
    return [atMs, total] as const;
  });
  return withPoints(series, points);
}

function slice([array, ...bounds]: readonly MathValue[]): MathValue {
  const items = arrayOf(array === undefined ? [] : [array]);
  const [from, to] = bounds.map((bound) => valueAt(bound, 0));
  if (from === undefined || bounds.length > 2) {
    throw new MetricMathError("SLICE needs an array, a first and an optional last position");
  }
  // Without an end it is that one series.
  const found = items.slice(from, to ?? from + 1);
  const [single] = found;
  return to === undefined && single !== undefined
    ? { kind: "series", series: single }
    : { kind: "array", items: found };
}

function timeSeries(value: MathValue, grid: Grid): Series {
  if (value.kind !== "scalar") {
    throw new MetricMathError("TIME_SERIES needs a number");
  }
  return withPoints(
    EMPTY,
    timesOf(grid).map((atMs) => [atMs, value.value] as const),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function deviation(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
}
