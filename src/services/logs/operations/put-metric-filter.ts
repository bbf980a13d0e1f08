import { notSupported } from "../../../wire/aws-error.ts";
import { limitExceeded } from "../errors.ts";
import { metricFilters } from "../keys.ts";
import { METRIC_FILTERS_MAX } from "../limits.ts";
import { existingGroup, groupNameOf, putGroup } from "../log-group.ts";
import { checkPattern, checkTransformation } from "../metric-filter.ts";
import type { LogsOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html */
export const putMetricFilter: LogsOperation<"PutMetricFilter"> = async (ctx, input) => {
  if (input.applyOnTransformedLogs === true) {
    throw notSupported("PutMetricFilter", "applyOnTransformedLogs");
  }
  for (const member of ["fieldSelectionCriteria", "emitSystemFieldDimensions"] as const) {
    if (input[member] !== undefined) {
      throw notSupported("PutMetricFilter", member);
    }
  }
  const { filterName: name, filterPattern: pattern, metricTransformations } = input;
  checkPattern(pattern);
  for (const transformation of metricTransformations) {
    checkTransformation(transformation, pattern);
  }
  const groupName = groupNameOf(ctx, { logGroupName: input.logGroupName });
  await ctx.store.write((tx) => {
    const group = existingGroup(tx, groupName);
    const present = metricFilters.get(tx, [group.id, name]);
    const count = (group.metricFilterCount ?? 0) + (present === undefined ? 1 : 0);
    if (count > METRIC_FILTERS_MAX) {
      throw limitExceeded();
    }
    metricFilters.put(tx, [group.id, name], {
      name,
      pattern,
      transformations: metricTransformations,
      createdMs: present?.createdMs ?? tx.nowMs,
    });
    putGroup(tx, { ...group, metricFilterCount: count });
  });
};
