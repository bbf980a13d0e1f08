/** Buses and rules as lists and descriptions show them. */
import type { EventBus, Rule as RuleShape } from "../../wire/models/events.gen.ts";
import { type Bus, busArn } from "./bus.ts";
import type { BusId } from "./keys.ts";
import { type Rule, ruleArn } from "./rule.ts";

export function describedBus(id: BusId, bus: Bus): EventBus {
  return {
    Name: id.name,
    Arn: busArn(id),
    Description: bus.description,
    Policy: bus.policy && JSON.stringify(bus.policy),
    CreationTime: timeOf(bus.createdMs),
    LastModifiedTime: timeOf(bus.modifiedMs),
  };
}

/** The default bus was not created by anybody. */
function timeOf(timeMs: number): Date | undefined {
  return timeMs === 0 ? undefined : new Date(timeMs);
}

export function describedRule(bus: BusId, rule: Rule): RuleShape {
  return {
    Name: rule.name,
    Arn: ruleArn(bus, rule.name),
    EventPattern: rule.eventPattern,
    ScheduleExpression: rule.schedule?.expression,
    State: rule.state,
    Description: rule.description,
    RoleArn: rule.roleArn,
    ManagedBy: rule.managedBy,
    EventBusName: bus.name,
  };
}
