import type { ReadTx } from "../../../store/store.ts";
import type { MetricFilter } from "../../../wire/models/logs.gen.ts";
import type { Input } from "../../../wire/operations.ts";
import { invalidParameter } from "../errors.ts";
import { groups, metricFilters } from "../keys.ts";
import { METRIC_FILTERS_PER_PAGE_MAX } from "../limits.ts";
import { existingGroup, groupNameOf, type LogGroup } from "../log-group.ts";
import { describeFilter } from "../metric-filter.ts";
import type { LogsContext, LogsOperation } from "../ports.ts";

type Request = Input<"logs", "DescribeMetricFilters">;

/**
 * Ordered by group and name; a token stands for the last filter of its page.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeMetricFilters.html
 */
export const describeMetricFilters: LogsOperation<"DescribeMetricFilters"> = async (ctx, input) => {
  const { metricName, metricNamespace, filterNamePrefix = "", nextToken } = input;
  if ((metricName === undefined) !== (metricNamespace === undefined)) {
    throw invalidParameter("metricName and metricNamespace must be specified together.");
  }
  const limit = input.limit ?? METRIC_FILTERS_PER_PAGE_MAX;
  const isWanted = ({ filterName = "", metricTransformations = [] }: MetricFilter): boolean =>
    filterName.startsWith(filterNamePrefix) &&
    (metricName === undefined ||
      metricTransformations.some(
        (one) => one.metricName === metricName && one.metricNamespace === metricNamespace,
      ));
  const all = await ctx.store.read((tx) =>
    wantedGroups(tx, ctx, input).flatMap((group) =>
      [...metricFilters.list(tx, { prefix: [group.id] })].map(({ record }) =>
        describeFilter(group, record),
      ),
    ),
  );
  const wanted = all.filter(isWanted);
  const from =
    nextToken === undefined ? 0 : wanted.findIndex((one) => placeOf(one) === nextToken) + 1;
  const page = wanted.slice(from, from + limit);
  const last = page.at(-1);
  const isMore = from + limit < wanted.length && last !== undefined;
  return { metricFilters: page, ...(isMore && { nextToken: placeOf(last) }) };
};

function placeOf({ logGroupName, filterName }: MetricFilter): string {
  return `${logGroupName}:${filterName}`;
}

function wantedGroups(tx: ReadTx, ctx: LogsContext, input: Request): readonly LogGroup[] {
  if (input.logGroupName !== undefined) {
    return [existingGroup(tx, groupNameOf(ctx, { logGroupName: input.logGroupName }))];
  }
  const prefix = [ctx.region, ctx.accountId];
  return [...groups.list(tx, { prefix })]
    .map(({ record }) => record)
    .filter(({ metricFilterCount = 0 }) => metricFilterCount > 0);
}
