/** CloudWatch Logs: groups, streams, events, and the intake of what functions write. */
import { bindOperations, type Operations, type Service } from "../service.ts";
import { createLogIntake, type LogIntake } from "./log-intake.ts";
import { createLogGroup } from "./operations/create-log-group.ts";
import { createLogStream } from "./operations/create-log-stream.ts";
import { deleteLogGroup } from "./operations/delete-log-group.ts";
import { deleteLogStream } from "./operations/delete-log-stream.ts";
import { deleteMetricFilter } from "./operations/delete-metric-filter.ts";
import { deleteRetentionPolicy } from "./operations/delete-retention-policy.ts";
import { deleteSubscriptionFilter } from "./operations/delete-subscription-filter.ts";
import { describeLogGroups } from "./operations/describe-log-groups.ts";
import { describeLogStreams } from "./operations/describe-log-streams.ts";
import { describeMetricFilters } from "./operations/describe-metric-filters.ts";
import { describeSubscriptionFilters } from "./operations/describe-subscription-filters.ts";
import { filterLogEvents } from "./operations/filter-log-events.ts";
import { getLogEvents } from "./operations/get-log-events.ts";
import { listTagsForResource } from "./operations/list-tags-for-resource.ts";
import { listTagsLogGroup } from "./operations/list-tags-log-group.ts";
import { putLogEvents } from "./operations/put-log-events.ts";
import { putMetricFilter } from "./operations/put-metric-filter.ts";
import { putRetentionPolicy } from "./operations/put-retention-policy.ts";
import { putSubscriptionFilter } from "./operations/put-subscription-filter.ts";
import { tagLogGroup } from "./operations/tag-log-group.ts";
import { tagResource } from "./operations/tag-resource.ts";
import { untagLogGroup } from "./operations/untag-log-group.ts";
import { untagResource } from "./operations/untag-resource.ts";
import type { LogsPorts } from "./ports.ts";
import { logsTimers } from "./removal.ts";
import { createLogsSink } from "./sink.ts";

const operations: Operations<LogsPorts, "logs"> = {
  CreateLogGroup: createLogGroup,
  CreateLogStream: createLogStream,
  DeleteLogGroup: deleteLogGroup,
  DeleteLogStream: deleteLogStream,
  DeleteMetricFilter: deleteMetricFilter,
  DeleteRetentionPolicy: deleteRetentionPolicy,
  DeleteSubscriptionFilter: deleteSubscriptionFilter,
  DescribeLogGroups: describeLogGroups,
  DescribeLogStreams: describeLogStreams,
  DescribeMetricFilters: describeMetricFilters,
  DescribeSubscriptionFilters: describeSubscriptionFilters,
  FilterLogEvents: filterLogEvents,
  GetLogEvents: getLogEvents,
  ListTagsForResource: listTagsForResource,
  ListTagsLogGroup: listTagsLogGroup,
  PutLogEvents: putLogEvents,
  PutMetricFilter: putMetricFilter,
  PutRetentionPolicy: putRetentionPolicy,
  PutSubscriptionFilter: putSubscriptionFilter,
  TagLogGroup: tagLogGroup,
  TagResource: tagResource,
  UntagLogGroup: untagLogGroup,
  UntagResource: untagResource,
};

export interface Logs extends LogIntake {
  readonly service: Service;
}

export function createLogs(ports: LogsPorts): Logs {
  return {
    ...createLogIntake(ports),
    service: {
      name: "logs",
      operations: bindOperations(ports, operations),
      sink: createLogsSink(ports.sinks),
      timers: logsTimers,
    },
  };
}
