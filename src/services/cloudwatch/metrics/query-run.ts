/** Runs queries over what the store has. */
import { evaluateMetricMath } from "../../../languages/metric-math/evaluate.ts";
import type { Grid, MathValue, Series } from "../../../languages/metric-math/value.ts";
import type { ReadTx } from "../../../store/store.ts";
import { validation } from "../errors.ts";
import type { Owner } from "../keys.ts";
import { GRID_POINTS_MAX, SECOND_MS } from "../limits.ts";
import type { Bucket } from "./bucket.ts";
import { readData } from "./data.ts";
import { expressionFailed, type MetricQuery, type MetricStatistic } from "./query.ts";

/** Of one query: the first moments of periods begin at the start. */
export interface QueryRange {
  readonly startMs: number;
  readonly endMs: number;
}

export interface QueryRun {
  /** Of a metric one series, of an expression one or more. Throws when there is no such value. */
  series(query: MetricQuery): readonly Series[];
}

/** `rangeOf` gives the range of all queries that have a period: see `roundedStart`. */
export function createQueryRun(
  tx: ReadTx,
  owner: Owner,
  queries: readonly MetricQuery[],
  rangeOf: (period: number) => QueryRange,
): QueryRun {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const known = new Map<string, MathValue>();

  /** An expression sees its metrics in its own period. */
  const queried = (query: MetricQuery, period: number): MathValue => {
    const label = `${query.id}/${period}`;
    const present = known.get(label);
    if (present !== undefined) {
      return present;
    }
    const { startMs, endMs } = rangeOf(period);
    const grid = { startMs, endMs, periodMs: period * SECOND_MS };
    checkSize(grid);
    const value = query.stat === undefined ? computed(query, grid, period) : read(query, grid);
    known.set(label, value);
    return value;
  };

  const read = (query: MetricQuery, { startMs, endMs, periodMs }: Grid): MathValue => {
    const { metric, statistic, unit } = query.stat as MetricStatistic;
    const range = { startMs, endMs, period: periodMs / SECOND_MS, unit };
    const points = new Map<number, number>();
    for (const [atMs, bucket] of readData(tx, owner, metric, range)) {
      addPoint(points, atMs, statistic(bucket as Bucket));
    }
    return { kind: "series", series: { id: query.id, label: query.label, points } };
  };

  const computed = (query: MetricQuery, grid: Grid, period: number): MathValue => {
    const { id, expression } = query;
    if (expression === undefined) {
      throw expressionFailed(id, "There is no expression");
    }
    const { value, reason } = evaluateMetricMath(expression, {
      grid,
      lookUp: (name) => {
        const found = byId.get(name);
        return found && queried(found, period);
      },
      metrics: () =>
        queries
          .filter(({ stat }) => stat !== undefined)
          .flatMap((metric) => seriesIn(queried(metric, period))),
    });
    if (value === undefined) {
      throw expressionFailed(id, reason);
    }
    return value;
  };

  return {
    series(query) {
      const value = queried(query, query.period);
      if (value.kind === "scalar") {
        throw expressionFailed(query.id, "The result of an expression must be a time series");
      }
      return seriesIn(value);
    },
  };
}

function seriesIn(value: MathValue): readonly Series[] {
  if (value.kind === "scalar") {
    return [];
  }
  return value.kind === "series" ? [value.series] : value.items;
}

function addPoint(points: Map<number, number>, atMs: number, value: number | undefined): void {
  if (value !== undefined) {
    points.set(atMs, value);
  }
}

function checkSize({ startMs, endMs, periodMs }: Grid): void {
  if ((endMs - startMs) / periodMs > GRID_POINTS_MAX) {
    throw validation(
      `The time range has more than ${GRID_POINTS_MAX} periods. ` +
        "Use a longer period or a shorter time range.",
    );
  }
}
