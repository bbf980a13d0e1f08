import { parseEventPattern } from "../../../languages/event-pattern/event-pattern.ts";
import { parseSchedule } from "../../../languages/schedule/schedule.ts";
import type { Input } from "../../../wire/operations.ts";
import { busIdOf, DEFAULT_BUS, requireBus } from "../bus.ts";
import { invalidEventPattern, validationException } from "../errors.ts";
import type { BusId } from "../keys.ts";
import type { EventsOperation } from "../ports.ts";
import { findRule, putRuleRecord, refuseManaged, ruleArn } from "../rule.ts";
import { rearmed } from "../schedule-timer.ts";
import { withTags } from "../tags.ts";

/** Replaces a rule of the same name, except for its targets and tags. */
export const putRule: EventsOperation<"PutRule"> = async (ctx, input) => {
  const bus = busIdOf(ctx, input.EventBusName);
  check(bus, input);
  const newTags = withTags({}, input.Tags ?? []);
  await ctx.store.write((tx) => {
    requireBus(tx, bus);
    const before = findRule(tx, bus, input.Name);
    refuseManaged(before);
    const rule = {
      name: input.Name,
      eventPattern: input.EventPattern || undefined,
      schedule: input.ScheduleExpression
        ? { expression: input.ScheduleExpression, startMs: tx.nowMs }
        : undefined,
      state: input.State ?? "ENABLED",
      description: input.Description,
      roleArn: input.RoleArn,
      createdBy: ctx.accountId,
      tags: before?.tags ?? newTags,
      targets: before?.targets ?? [],
    };
    putRuleRecord(tx, bus, rearmed(tx, bus, rule, before));
  });
  return { RuleArn: ruleArn(bus, input.Name) };
};

function check(bus: BusId, input: Input<"events", "PutRule">): void {
  const { EventPattern, ScheduleExpression } = input;
  if (!EventPattern && !ScheduleExpression) {
    throw validationException("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  }
  if (ScheduleExpression) {
    if (bus.name !== DEFAULT_BUS) {
      throw validationException("ScheduleExpression is supported only on the default event bus.");
    }
    if (parseSchedule(ScheduleExpression) === undefined) {
      throw validationException("Parameter ScheduleExpression is not valid.");
    }
  }
  const { reason } = EventPattern ? parseEventPattern(EventPattern) : {};
  if (reason !== undefined) {
    throw invalidEventPattern(reason);
  }
}
