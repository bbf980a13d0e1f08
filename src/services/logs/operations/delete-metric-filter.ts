import { metricFilterDoesNotExist } from "../errors.ts";
import { metricFilters } from "../keys.ts";
import { existingGroup, groupNameOf, putGroup } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteMetricFilter.html */
export const deleteMetricFilter: LogsOperation<"DeleteMetricFilter"> = async (ctx, input) => {
  const groupName = groupNameOf(ctx, { logGroupName: input.logGroupName });
  await ctx.store.write((tx) => {
    const group = existingGroup(tx, groupName);
    const key = [group.id, input.filterName];
    if (metricFilters.get(tx, key) === undefined) {
      throw metricFilterDoesNotExist();
    }
    metricFilters.delete(tx, key);
    putGroup(tx, { ...group, metricFilterCount: (group.metricFilterCount ?? 1) - 1 });
  });
};
