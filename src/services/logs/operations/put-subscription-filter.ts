import { notSupported } from "../../../wire/aws-error.ts";
import { invalidParameter, limitExceeded } from "../errors.ts";
import { subscriptionFilters } from "../keys.ts";
import { SUBSCRIPTION_FILTERS_MAX } from "../limits.ts";
import { existingGroup, groupNameOf, putGroup } from "../log-group.ts";
import { checkPattern } from "../metric-filter.ts";
import type { LogsOperation } from "../ports.ts";
import { deliverTestMessage } from "../subscription-delivery.ts";
import { checkDestination } from "../subscription-destination.ts";
import type { SubscriptionFilterRecord } from "../subscription-filter.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html */
export const putSubscriptionFilter: LogsOperation<"PutSubscriptionFilter"> = async (ctx, input) => {
  if (input.applyOnTransformedLogs === true) {
    throw notSupported("PutSubscriptionFilter", "applyOnTransformedLogs");
  }
  for (const member of ["fieldSelectionCriteria", "emitSystemFields"] as const) {
    if (input[member] !== undefined) {
      throw notSupported("PutSubscriptionFilter", member);
    }
  }
  const { filterName: name, filterPattern: pattern, destinationArn, roleArn } = input;
  checkPattern(pattern);
  const groupName = groupNameOf(ctx, { logGroupName: input.logGroupName });
  await ctx.store.read((tx) => existingGroup(tx, groupName));
  await checkDestination(ctx, input, groupName);
  await ctx.store.write((tx) => {
    const group = existingGroup(tx, groupName);
    const present = subscriptionFilters.get(tx, [group.id, name]);
    const count = (group.subscriptionFilterCount ?? 0) + (present === undefined ? 1 : 0);
    if (count > SUBSCRIPTION_FILTERS_MAX) {
      throw limitExceeded();
    }
    const filter: SubscriptionFilterRecord = {
      name,
      pattern,
      destinationArn,
      roleArn,
      distribution: input.distribution === "Random" ? "Random" : "ByLogStream",
      createdMs: present?.createdMs ?? tx.nowMs,
    };
    // Only streams need a role.
    if (roleArn !== undefined) {
      const tried = deliverTestMessage(tx, { group, streamName: "", sinks: ctx.sinks }, filter);
      if (!tried.accepted) {
        throw invalidParameter(
          "Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in ACTIVE state.",
        );
      }
    }
    subscriptionFilters.put(tx, [group.id, name], filter);
    putGroup(tx, { ...group, subscriptionFilterCount: count });
  });
};
