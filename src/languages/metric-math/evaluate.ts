/**
 * Evaluates metric math over the metrics of a request.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
import { type Expression, MetricMathError } from "./expression.ts";
import { aggregateOf, functionOf } from "./functions.ts";
import {
  combine,
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

/** What an expression can see of its request. */
export interface MathScope {
  readonly grid: Grid;
  /** A metric or another expression, over the grid; `undefined` for an id that is not there. */
  readonly lookUp: (id: string) => MathValue | undefined;
  /** For METRICS: all metrics of the request, in its order, without its expressions. */
  readonly metrics: () => readonly Series[];
}

export type Evaluated =
  | { readonly value: MathValue; readonly reason?: undefined }
  | { readonly value?: undefined; readonly reason: string };

/** A value, or why the expression has none. */
export function evaluateMetricMath(expression: Expression, scope: MathScope): Evaluated {
  try {
    return { value: evaluate(expression, scope) };
  } catch (error) {
    if (error instanceof MetricMathError) {
      return { reason: error.message };
    }
    throw error;
  }
}

function evaluate(expression: Expression, scope: MathScope): MathValue {
  switch (expression.kind) {
    case "number":
      return { kind: "scalar", value: expression.value };
    case "id":
      return found(expression.id, scope);
    case "array":
      return { kind: "array", items: expression.items.flatMap((item) => itemsOf(item, scope)) };
    case "negation":
      return combine("*", evaluate(expression.operand, scope), { kind: "scalar", value: -1 });
    case "binary":
      return combine(
        expression.operator,
        evaluate(expression.left, scope),
        evaluate(expression.right, scope),
      );
    case "call":
      return call(expression.name, expression.args, scope);
    default:
      throw new MetricMathError(
        `Unexpected ${expression.kind === "text" ? `"${expression.value}"` : expression.word}`,
      );
  }
}

function found(id: string, { lookUp }: MathScope): MathValue {
  const value = lookUp(id);
  if (value === undefined) {
    throw new MetricMathError(`There is no metric with the id '${id}'`);
  }
  return value;
}

function itemsOf(item: Expression, scope: MathScope): readonly Series[] {
  const value = evaluate(item, scope);
  if (value.kind === "scalar") {
    throw new MetricMathError("An array has time series as its items");
  }
  return value.kind === "series" ? [value.series] : value.items;
}

function call(name: string, args: readonly Expression[], scope: MathScope): MathValue {
  switch (name) {
    case "FILL":
      return fill(args, scope);
    case "IF":
      return choose(args, scope);
    case "METRICS":
      return { kind: "array", items: metrics(args, scope) };
    case "SORT":
      return { kind: "array", items: sort(args, scope) };
    default: {
      const run = functionOf(name);
      if (run === undefined) {
        throw new MetricMathError(`There is no function ${name}`);
      }
      return run(
        args.map((arg) => evaluate(arg, scope)),
        scope.grid,
      );
    }
  }
}

function metrics([wanted]: readonly Expression[], scope: MathScope): readonly Series[] {
  if (wanted !== undefined && wanted.kind !== "text") {
    throw new MetricMathError("METRICS takes a text or nothing");
  }
  return scope.metrics().filter(({ id }) => wanted === undefined || id.includes(wanted.value));
}

function choose(args: readonly Expression[], scope: MathScope): MathValue {
  const [condition, yes, no] = args.map((arg) => evaluate(arg, scope));
  if (condition === undefined || yes === undefined || args.length > 3) {
    throw new MetricMathError("IF needs a condition, a value and an optional other value");
  }
  if (condition.kind === "scalar") {
    return condition.value !== 0 ? yes : (no ?? { kind: "scalar", value: Number.NaN });
  }
  return mapSeries(condition, (series) =>
    mapPoints(series, (value, atMs) => {
      const chosen = value === 0 ? no : yes;
      return chosen && valueAt(chosen, atMs);
    }),
  );
}

function fill([filled, filler, ...rest]: readonly Expression[], scope: MathScope): MathValue {
  if (filled === undefined || filler === undefined || rest.length > 0) {
    throw new MetricMathError("FILL needs a time series and what to fill it with");
  }
  const value = evaluate(filled, scope);
  const times = timesOf(scope.grid);
  if (filler.kind === "keyword" && filler.word === "REPEAT") {
    return mapSeries(value, (series) => repeat(series, times));
  }
  if (filler.kind === "keyword" && filler.word === "LINEAR") {
    return mapSeries(value, (series) => interpolate(series, times));
  }
  const instead = evaluate(filler, scope);
  return mapSeries(value, (series) =>
    withPoints(
      series,
      times.map((atMs) => [atMs, series.points.get(atMs) ?? valueAt(instead, atMs)] as const),
    ),
  );
}

function repeat(series: Series, times: readonly number[]): Series {
  let last: number | undefined;
  const points = times.map((atMs) => {
    last = series.points.get(atMs) ?? last;
    return [atMs, last] as const;
  });
  return withPoints(series, points);
}

/** Only between points: what lies before the first or behind the last stays missing. */
function interpolate(series: Series, times: readonly number[]): Series {
  const known = sortedPoints(series);
  let next = 0;
  const points = times.map((atMs) => {
    while ((known[next]?.[0] ?? Number.POSITIVE_INFINITY) < atMs) {
      next += 1;
    }
    const after = known[next];
    const before = known[next - 1];
    if (after === undefined || after[0] === atMs || before === undefined) {
      return [atMs, series.points.get(atMs)] as const;
    }
    const share = (atMs - before[0]) / (after[0] - before[0]);
    return [atMs, before[1] + share * (after[1] - before[1])] as const;
  });
  return withPoints(series, points);
}

/** `SORT(array, AVG, DESC, 10)`: series without points come last. */
function sort(args: readonly Expression[], scope: MathScope): readonly Series[] {
  const [array, by, order, count] = args;
  const isAscending = order?.kind === "keyword" && order.word === "ASC";
  const isDescending = order?.kind === "keyword" && order.word === "DESC";
  if (array === undefined || by?.kind !== "keyword" || isAscending === isDescending) {
    throw new MetricMathError(
      "SORT needs an array, a function, ASC or DESC, and an optional count",
    );
  }
  const ranked = itemsOf(array, scope).map((series) => ({
    series,
    rank: aggregateOf(by.word, series),
  }));
  const sorted = ranked.sort((a, b) => {
    if (a.rank === undefined || b.rank === undefined) {
      return Number(a.rank === undefined) - Number(b.rank === undefined);
    }
    return isAscending ? a.rank - b.rank : b.rank - a.rank;
  });
  const limit = count && valueAt(evaluate(count, scope), 0);
  return sorted.slice(0, limit).map(({ series }) => series);
}
