/** EventBridge: buses, rules and their delivery, inside the store. */
import type { Sink, Sinks } from "../../outbox/sink.ts";
import { bindOperations, type CorePorts, type Operations, type Service } from "../service.ts";
import { createDelivery } from "./delivery.ts";
import { createEventBus } from "./operations/create-event-bus.ts";
import { deleteEventBus } from "./operations/delete-event-bus.ts";
import { deleteRule } from "./operations/delete-rule.ts";
import { describeEventBus } from "./operations/describe-event-bus.ts";
import { describeRule } from "./operations/describe-rule.ts";
import { disableRule } from "./operations/disable-rule.ts";
import { enableRule } from "./operations/enable-rule.ts";
import { listEventBuses } from "./operations/list-event-buses.ts";
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
import { tagResource } from "./operations/tag-resource.ts";
import { testEventPattern } from "./operations/test-event-pattern.ts";
import { untagResource } from "./operations/untag-resource.ts";
import { updateEventBus } from "./operations/update-event-bus.ts";
import type { EventsPorts } from "./ports.ts";
import { createRuleCache } from "./rule-cache.ts";
import { SCHEDULE_TIMER, scheduleTimer } from "./schedule-timer.ts";
import { createEventsSink } from "./sink.ts";

const operations: Operations<EventsPorts, "events"> = {
  CreateEventBus: createEventBus,
  DeleteEventBus: deleteEventBus,
  DeleteRule: deleteRule,
  DescribeEventBus: describeEventBus,
  DescribeRule: describeRule,
  DisableRule: disableRule,
  EnableRule: enableRule,
  ListEventBuses: listEventBuses,
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
  TagResource: tagResource,
  TestEventPattern: testEventPattern,
  UntagResource: untagResource,
  UpdateEventBus: updateEventBus,
};

/** `sinks` may be filled after this call: it is read when something is delivered. */
export function createEvents(
  ports: CorePorts & { readonly sinks: Sinks },
): Service & { readonly sink: Sink } {
  const delivery = createDelivery({ sinks: ports.sinks, cache: createRuleCache() });
  return {
    name: "events",
    operations: bindOperations<EventsPorts, "events">({ ...ports, delivery }, operations),
    sink: createEventsSink(delivery),
    timers: { [SCHEDULE_TIMER]: scheduleTimer(delivery) },
  };
}
