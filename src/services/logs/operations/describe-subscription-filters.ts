import { subscriptionFilters } from "../keys.ts";
import { SUBSCRIPTION_FILTERS_PER_PAGE_MAX } from "../limits.ts";
import { existingGroup, groupNameOf } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";
import { describeSubscription } from "../subscription-filter.ts";

/**
 * Ordered by name; a token stands for the last filter of its page.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeSubscriptionFilters.html
 */
export const describeSubscriptionFilters: LogsOperation<"DescribeSubscriptionFilters"> = async (
  ctx,
  input,
) => {
  const { filterNamePrefix = "", nextToken = "" } = input;
  const limit = input.limit ?? SUBSCRIPTION_FILTERS_PER_PAGE_MAX;
  const groupName = groupNameOf(ctx, { logGroupName: input.logGroupName });
  const wanted = await ctx.store.read((tx) => {
    const group = existingGroup(tx, groupName);
    return [...subscriptionFilters.list(tx, { prefix: [group.id] })]
      .map(({ record }) => record)
      .filter(({ name }) => name.startsWith(filterNamePrefix) && name > nextToken)
      .map((record) => describeSubscription(group, record));
  });
  const page = wanted.slice(0, limit);
  const last = page.at(-1)?.filterName;
  return {
    subscriptionFilters: page,
    ...(wanted.length > limit && last !== undefined && { nextToken: last }),
  };
};
