/** Subscription filters: what they may be, and what the API tells of them. */
import type { SubscriptionFilter } from "../../wire/models/logs.gen.ts";
import { groupArn, type LogGroup } from "./log-group.ts";

export interface SubscriptionFilterRecord {
  readonly name: string;
  readonly pattern: string;
  readonly destinationArn: string;
  readonly roleArn?: string | undefined;
  readonly distribution: Distribution;
  readonly createdMs: number;
}

/** How events are spread over the shards of a stream. */
export type Distribution = "ByLogStream" | "Random";

/** What a filter is called in the lineage of what it delivers. */
export function filterStation(group: LogGroup, { name }: { readonly name: string }): string {
  return `${groupArn(group)}:subscription-filter:${name}`;
}

export function describeSubscription(
  group: LogGroup,
  filter: SubscriptionFilterRecord,
): SubscriptionFilter {
  return {
    filterName: filter.name,
    logGroupName: group.name,
    filterPattern: filter.pattern,
    destinationArn: filter.destinationArn,
    ...(filter.roleArn !== undefined && { roleArn: filter.roleArn }),
    distribution: filter.distribution,
    applyOnTransformedLogs: false,
    creationTime: filter.createdMs,
  };
}
