import { subscriptionFilterDoesNotExist } from "../errors.ts";
import { subscriptionFilters } from "../keys.ts";
import { existingGroup, groupNameOf, putGroup } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteSubscriptionFilter.html */
export const deleteSubscriptionFilter: LogsOperation<"DeleteSubscriptionFilter"> = async (
  ctx,
  input,
) => {
  const groupName = groupNameOf(ctx, { logGroupName: input.logGroupName });
  await ctx.store.write((tx) => {
    const group = existingGroup(tx, groupName);
    const key = [group.id, input.filterName];
    if (subscriptionFilters.get(tx, key) === undefined) {
      throw subscriptionFilterDoesNotExist();
    }
    subscriptionFilters.delete(tx, key);
    putGroup(tx, { ...group, subscriptionFilterCount: (group.subscriptionFilterCount ?? 1) - 1 });
  });
};
