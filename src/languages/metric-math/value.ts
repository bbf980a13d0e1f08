/** The values of metric math: numbers, time series, arrays of time series. */
import { type ArithmeticOperator, type BinaryOperator, MetricMathError } from "./expression.ts";

export interface Series {
  /** The id of the metric or expression it came from. */
  readonly id: string;
  readonly label: string;
  /** By time in ms since the Unix epoch; in no order. What is not a finite number has no place. */
  readonly points: ReadonlyMap<number, number>;
}

export type MathValue =
  | { readonly kind: "scalar"; readonly value: number }
  | { readonly kind: "series"; readonly series: Series }
  | { readonly kind: "array"; readonly items: readonly Series[] };

/** The times at which a query has points: from `startMs` (inclusive) to `endMs` (exclusive). */
export interface Grid {
  readonly startMs: number;
  readonly endMs: number;
  readonly periodMs: number;
}

export function timesOf({ startMs, endMs, periodMs }: Grid): readonly number[] {
  const times: number[] = [];
  for (let atMs = startMs; atMs < endMs; atMs += periodMs) {
    times.push(atMs);
  }
  return times;
}

export function sortedPoints(series: Series): readonly (readonly [number, number])[] {
  return [...series.points].sort(([a], [b]) => a - b);
}

/** The same series with other points; a point without a finite value is left out. */
export function withPoints(
  series: Series,
  points: Iterable<readonly [number, number | undefined]>,
): Series {
  const kept = new Map<number, number>();
  for (const [atMs, value] of points) {
    if (value !== undefined && Number.isFinite(value)) {
      kept.set(atMs, value);
    }
  }
  return { id: series.id, label: series.label, points: kept };
}

export function mapPoints(
  series: Series,
  map: (value: number, atMs: number) => number | undefined,
): Series {
  return withPoints(series, pairs(series, map));
}

function* pairs(
  series: Series,
  map: (value: number, atMs: number) => number | undefined,
): Iterable<readonly [number, number | undefined]> {
  for (const [atMs, value] of series.points) {
    yield [atMs, map(value, atMs)];
  }
}

/** Works on each series of an array. */
export function mapSeries(value: MathValue, map: (series: Series) => Series): MathValue {
  if (value.kind === "series") {
    return { kind: "series", series: map(value.series) };
  }
  if (value.kind === "array") {
    return { kind: "array", items: value.items.map(map) };
  }
  throw new MetricMathError("A time series is expected in the place of a number");
}

type Compute = (left: number, right: number) => number;

const ARITHMETIC: Readonly<Record<ArithmeticOperator, Compute>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "^": (left, right) => left ** right,
};

const COMPUTE: Readonly<Record<BinaryOperator, Compute>> = {
  ...ARITHMETIC,
  "==": (left, right) => Number(left === right),
  "!=": (left, right) => Number(left !== right),
  "<": (left, right) => Number(left < right),
  ">": (left, right) => Number(left > right),
  "<=": (left, right) => Number(left <= right),
  ">=": (left, right) => Number(left >= right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};

/** Two series meet at the times that both have; an array meets each of its series. */
export function combine(operator: BinaryOperator, left: MathValue, right: MathValue): MathValue {
  const compute = COMPUTE[operator];
  if (left.kind === "scalar" && right.kind === "scalar") {
    return { kind: "scalar", value: compute(left.value, right.value) };
  }
  if (left.kind === "array" && right.kind === "array") {
    throw new MetricMathError("An operator cannot have an array of time series on both sides");
  }
  if (right.kind === "array" || left.kind === "scalar") {
    return mapSeries(right, (series) => combineSeries(series, left, (a, b) => compute(b, a)));
  }
  return mapSeries(left, (series) => combineSeries(series, right, compute));
}

function combineSeries(series: Series, other: MathValue, compute: Compute): Series {
  return mapPoints(series, (value, atMs) => {
    const second = valueAt(other, atMs);
    return second === undefined ? undefined : compute(value, second);
  });
}

/** Of a number: itself at any time. */
export function valueAt(value: MathValue, atMs: number): number | undefined {
  if (value.kind === "array") {
    throw new MetricMathError("A time series is expected in the place of an array");
  }
  return value.kind === "scalar" ? value.value : value.series.points.get(atMs);
}
