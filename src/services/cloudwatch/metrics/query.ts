/**
 * Queries of GetMetricData and of alarms on several metrics: read and checked.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
 */
import { type Expression, idsOf } from "../../../languages/metric-math/expression.ts";
import { parseMetricMath } from "../../../languages/metric-math/parse.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { MetricDataQuery, MetricStat } from "../../../wire/models/cloudwatch.gen.ts";
import { validation } from "../errors.ts";
import { QUERIES_MAX } from "../limits.ts";
import { dimensionsOf, type MetricName } from "./metric.ts";
import { isPeriod } from "./period.ts";
import { type Statistic, statisticOf } from "./statistic.ts";

export interface MetricQuery {
  readonly id: string;
  readonly label: string;
  readonly isReturned: boolean;
  /** In seconds. Of a metric its own; of an expression that of the slowest it is made of. */
  readonly period: number;
  /** One of the two. */
  readonly stat?: MetricStatistic;
  readonly expression?: Expression;
}

export interface MetricStatistic {
  readonly metric: MetricName;
  readonly statistic: Statistic;
  readonly statisticName: string;
  readonly unit: string | undefined;
}

const ID = /^[a-z][a-zA-Z0-9_]*$/;
const DEFAULT_PERIOD = 60;
type Drafts = ReadonlyMap<string, Draft>;

interface Draft extends Omit<MetricQuery, "period"> {
  readonly ownPeriod: number | undefined;
}

/** Throws for what is no query. `asker` names the operation and whose metrics alone may be asked for. */
export function queriesOf(
  given: readonly MetricDataQuery[],
  asker: { readonly operation: string; readonly accountId: string | undefined },
): readonly MetricQuery[] {
  if (given.length === 0 || given.length > QUERIES_MAX) {
    throw validation(
      `The collection MetricDataQueries must have between 1 and ${QUERIES_MAX} members.`,
    );
  }
  const drafts = new Map<string, Draft>();
  for (const query of given) {
    if (drafts.has(query.Id)) {
      throw validation(`The value '${query.Id}' for the parameter Id is used more than once.`);
    }
    drafts.set(query.Id, draftOf(query, asker));
  }
  return [...drafts.values()].map((draft) => {
    const { ownPeriod: _, ...query } = draft;
    return { ...query, period: periodOf(draft, drafts, []) };
  });
}

function draftOf(
  query: MetricDataQuery,
  asker: { readonly operation: string; readonly accountId: string | undefined },
): Draft {
  const { Id: id, MetricStat: stat, Expression: text, Label: label, Period: period } = query;
  if (!ID.test(id)) {
    throw validation(
      `The value '${id}' for the parameter Id must start with a lowercase letter and contain ` +
        "only letters, numbers and underscores.",
    );
  }
  if ((stat === undefined) === (text === undefined)) {
    throw validation(
      `Exactly one of MetricStat and Expression must be specified for the query '${id}'.`,
    );
  }
  const isOther = query.AccountId !== asker.accountId && asker.accountId !== undefined;
  if (query.AccountId !== undefined && isOther) {
    throw notSupported(asker.operation, "AccountId of other accounts");
  }
  if (label?.includes("${")) {
    throw notSupported(asker.operation, "dynamic labels");
  }
  const isReturned = query.ReturnData ?? true;
  if (stat !== undefined) {
    checkPeriod(stat.Period);
    const own = { stat: statOf(id, stat), ownPeriod: stat.Period };
    return { id, label: label ?? stat.Metric.MetricName ?? id, isReturned, ...own };
  }
  if (period !== undefined) {
    checkPeriod(period);
  }
  const expression = expressionOf(id, text ?? "", asker.operation);
  return { id, label: label ?? id, isReturned, expression, ownPeriod: period };
}

export function checkPeriod(period: number): void {
  if (!isPeriod(period)) {
    throw validation(
      `The value ${period} for the parameter Period is invalid: ` +
        "it must be 1, 5, 10, 20, 30 or a multiple of 60.",
    );
  }
}

function statOf(
  id: string,
  { Metric: metric, Stat: name, Unit: unit }: MetricStat,
): MetricStatistic {
  const { Namespace: namespace, MetricName: metricName, Dimensions } = metric;
  if (namespace === undefined || metricName === undefined) {
    throw validation(`Namespace and MetricName must be specified for the query '${id}'.`);
  }
  return {
    metric: { namespace, name: metricName, dimensions: dimensionsOf(Dimensions) },
    statistic: requireStatistic(name),
    statisticName: name,
    unit,
  };
}

export function requireStatistic(name: string): Statistic {
  const statistic = statisticOf(name);
  if (statistic === undefined) {
    throw validation(`The value ${name} for the parameter Stat is not supported.`);
  }
  return statistic;
}

function expressionOf(id: string, text: string, operation: string): Expression {
  const parsed = parseMetricMath(text);
  if (parsed.expression !== undefined) {
    return parsed.expression;
  }
  if (parsed.unsupported !== undefined) {
    throw notSupported(operation, `${parsed.unsupported} in expressions`);
  }
  throw expressionFailed(id, parsed.reason);
}

export function expressionFailed(id: string, reason: string): ReturnType<typeof validation> {
  return validation(`Error in expression '${id}': ${reason}`);
}

function periodOf(draft: Draft, drafts: Drafts, above: readonly string[]): number {
  if (above.includes(draft.id)) {
    throw expressionFailed(draft.id, "The expression refers to itself");
  }
  const used = draft.expression === undefined ? [] : usedBy(draft, draft.expression, drafts);
  const periods = used.map((one) => periodOf(one, drafts, [...above, draft.id]));
  return draft.ownPeriod ?? Math.max(...(periods.length === 0 ? [DEFAULT_PERIOD] : periods));
}

function usedBy(draft: Draft, expression: Expression, drafts: Drafts): readonly Draft[] {
  const { ids, usesMetrics } = idsOf(expression);
  const named = [...ids].map((id) => {
    const found = drafts.get(id);
    if (found === undefined) {
      throw expressionFailed(draft.id, `There is no metric with the id '${id}'`);
    }
    return found;
  });
  const all = [...drafts.values()].filter(({ stat }) => stat !== undefined);
  return usesMetrics ? [...named, ...all] : named;
}
