/** EventBridge: buses, rules and their delivery, inside the store. */
import type { Endpoints } from "../../outbox/endpoints.ts";
import type { JobKinds } from "../../outbox/job.ts";
import type { Sink, Sinks } from "../../outbox/sink.ts";
import type { HttpClient } from "../../platform/http-client.ts";
import { bindOperations, type CorePorts, type Operations, type Service } from "../service.ts";
import { archiveTimers } from "./archive/archive-timers.ts";
import { REPLAY_TIMER, replayTimer } from "./archive/replay.ts";
import { createDelivery } from "./delivery.ts";
import { AUTHORIZATION, authorizationJobs } from "./http/authorization.ts";
import { createEndpoints } from "./http/endpoints.ts";
import { HTTP_DELIVERY, httpDeliveryJobs } from "./http/http-delivery.ts";
import { createRateLimit } from "./http/rate-limit.ts";
import { createTokens } from "./http/token.ts";
import { cancelReplay } from "./operations/cancel-replay.ts";
import { createApiDestination } from "./operations/create-api-destination.ts";
import { createArchive } from "./operations/create-archive.ts";
import { createConnection } from "./operations/create-connection.ts";
import { createEventBus } from "./operations/create-event-bus.ts";
import { deauthorizeConnection } from "./operations/deauthorize-connection.ts";
import { deleteApiDestination } from "./operations/delete-api-destination.ts";
import { deleteArchive } from "./operations/delete-archive.ts";
import { deleteConnection } from "./operations/delete-connection.ts";
import { deleteEventBus } from "./operations/delete-event-bus.ts";
import { deleteRule } from "./operations/delete-rule.ts";
import { describeApiDestination } from "./operations/describe-api-destination.ts";
import { describeArchive } from "./operations/describe-archive.ts";
import { describeConnection } from "./operations/describe-connection.ts";
import { describeEventBus } from "./operations/describe-event-bus.ts";
import { describeReplay } from "./operations/describe-replay.ts";
import { describeRule } from "./operations/describe-rule.ts";
import { disableRule } from "./operations/disable-rule.ts";
import { enableRule } from "./operations/enable-rule.ts";
import { listApiDestinations } from "./operations/list-api-destinations.ts";
import { listArchives } from "./operations/list-archives.ts";
import { listConnections } from "./operations/list-connections.ts";
import { listEventBuses } from "./operations/list-event-buses.ts";
import { listReplays } from "./operations/list-replays.ts";
import { listRuleNamesByTarget } from "./operations/list-rule-names-by-target.ts";
import { listRules } from "./operations/list-rules.ts";
import { listTagsForResource } from "./operations/list-tags-for-resource.ts";
import { listTargetsByRule } from "./operations/list-targets-by-rule.ts";
import { putEvents } from "./operations/put-events.ts";
import { putPermission } from "./operations/put-permission.ts";
import { putRule } from "./operations/put-rule.ts";
import { putTargets } from "./operations/put-targets.ts";
import { removePermission } from "./operations/remove-permission.ts";
import { removeTargets } from "./operations/remove-targets.ts";
import { startReplay } from "./operations/start-replay.ts";
import { tagResource } from "./operations/tag-resource.ts";
import { testEventPattern } from "./operations/test-event-pattern.ts";
import { untagResource } from "./operations/untag-resource.ts";
import { updateApiDestination } from "./operations/update-api-destination.ts";
import { updateArchive } from "./operations/update-archive.ts";
import { updateConnection } from "./operations/update-connection.ts";
import { updateEventBus } from "./operations/update-event-bus.ts";
import type { EventsPorts } from "./ports.ts";
import { createRuleCache } from "./rule-cache.ts";
import { SCHEDULE_TIMER, scheduleTimer } from "./schedule-timer.ts";
import { createEventsSink } from "./sink.ts";

const operations: Operations<EventsPorts, "events"> = {
  CancelReplay: cancelReplay,
  CreateApiDestination: createApiDestination,
  CreateArchive: createArchive,
  CreateConnection: createConnection,
  CreateEventBus: createEventBus,
  DeauthorizeConnection: deauthorizeConnection,
  DeleteApiDestination: deleteApiDestination,
  DeleteArchive: deleteArchive,
  DeleteConnection: deleteConnection,
  DeleteEventBus: deleteEventBus,
  DeleteRule: deleteRule,
  DescribeApiDestination: describeApiDestination,
  DescribeArchive: describeArchive,
  DescribeConnection: describeConnection,
  DescribeEventBus: describeEventBus,
  DescribeReplay: describeReplay,
  DescribeRule: describeRule,
  DisableRule: disableRule,
  EnableRule: enableRule,
  ListApiDestinations: listApiDestinations,
  ListArchives: listArchives,
  ListConnections: listConnections,
  ListEventBuses: listEventBuses,
  ListReplays: listReplays,
  ListRuleNamesByTarget: listRuleNamesByTarget,
  ListRules: listRules,
  ListTagsForResource: listTagsForResource,
  ListTargetsByRule: listTargetsByRule,
  PutEvents: putEvents,
  PutPermission: putPermission,
  PutRule: putRule,
  PutTargets: putTargets,
  RemovePermission: removePermission,
  RemoveTargets: removeTargets,
  StartReplay: startReplay,
  TagResource: tagResource,
  TestEventPattern: testEventPattern,
  UntagResource: untagResource,
  UpdateApiDestination: updateApiDestination,
  UpdateArchive: updateArchive,
  UpdateConnection: updateConnection,
  UpdateEventBus: updateEventBus,
};

export interface Events extends Service {
  readonly sink: Sink;
  /** For the outbox worker: what goes to API destinations, and authorizations of connections. */
  readonly jobs: JobKinds;
  /** For pipes and workflows: calls of HTTP endpoints that wait for the answer. */
  readonly endpoints: Endpoints;
}

/** `sinks` may be filled after this call: it is read when something is delivered. */
export function createEvents(
  ports: CorePorts & { readonly sinks: Sinks; readonly http: HttpClient },
): Events {
  const delivery = createDelivery({ sinks: ports.sinks, cache: createRuleCache() });
  const http = { ...ports, tokens: createTokens(ports), rateLimit: createRateLimit() };
  return {
    name: "events",
    operations: bindOperations<EventsPorts, "events">({ ...ports, delivery }, operations),
    sink: createEventsSink(delivery),
    timers: {
      ...archiveTimers,
      [REPLAY_TIMER]: replayTimer(delivery),
      [SCHEDULE_TIMER]: scheduleTimer(delivery),
    },
    jobs: {
      [AUTHORIZATION]: authorizationJobs(http),
      [HTTP_DELIVERY]: httpDeliveryJobs(http),
    } as JobKinds,
    endpoints: createEndpoints(http),
  };
}
