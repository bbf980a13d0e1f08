/**
 * Scheduled rules: one durable timer a rule, armed for its next due time.
 *
 * What fell due while the engine was down is made up for once: the rule fires at the next start,
 * with the latest time it missed, and goes on from there.
 */
import { assert } from "../../base/assert.ts";
import type { Key } from "../../base/ordered-key.ts";
import {
  latestThrough,
  nextAfter,
  parseSchedule,
  type Schedule,
} from "../../languages/schedule/schedule.ts";
import type { TimerId, WriteTx } from "../../store/store.ts";
import type { TimerHandler } from "../service.ts";
import { compileRule } from "./compiled-rule.ts";
import type { Delivery } from "./delivery.ts";
import { busEvent } from "./event.ts";
import { type BusId, ruleKey, rules } from "./keys.ts";
import { findRule, isEnabled, type Rule, ruleArn } from "./rule.ts";

export const SCHEDULE_TIMER = "events.schedule";

/** The rule with its timer as its state and schedule want it. */
export function rearmed(tx: WriteTx, bus: BusId, rule: Rule, before: Rule | undefined): Rule {
  const { schedule } = rule;
  const kept = before?.schedule;
  const unchanged =
    schedule !== undefined && kept?.expression === schedule.expression && kept.dueMs !== undefined;
  if (unchanged && isEnabled(rule)) {
    return { ...rule, schedule: kept };
  }
  disarm(tx, bus, before);
  if (schedule === undefined || !isEnabled(rule)) {
    return rule;
  }
  const dueMs = nextAfter(scheduleOf(schedule.expression), tx.nowMs, schedule.startMs);
  return { ...rule, schedule: arm(tx, bus, rule.name, { ...schedule, dueMs }) };
}

export function disarm(tx: WriteTx, bus: BusId, rule: Rule | undefined): void {
  if (rule?.schedule?.dueMs !== undefined) {
    tx.cancel(timerId(bus, rule.name, rule.schedule.dueMs));
  }
}

/** Fires a rule, unless the timer is one that a later change has overtaken. */
export function scheduleTimer(delivery: Delivery): TimerHandler {
  return (tx, timer) => {
    const [bus, name] = ruleOfKey(timer.key);
    const rule = findRule(tx, bus, name);
    const schedule = rule?.schedule;
    if (rule === undefined || schedule === undefined || schedule.dueMs !== timer.dueMs) {
      return;
    }
    const parsed = scheduleOf(schedule.expression);
    const { startMs } = schedule;
    const throughMs = Math.max(tx.nowMs, timer.dueMs);
    const firedMs = latestThrough(parsed, throughMs, { dueMs: timer.dueMs, startMs });
    const dueMs = nextAfter(parsed, firedMs, startMs);
    // Targets and pattern stay as they are, so the bus gets no new revision.
    const next = { ...rule, schedule: arm(tx, bus, name, { ...schedule, dueMs }) };
    rules.put(tx, ruleKey(bus, name), next);
    delivery.toTargets(tx, compileRule(bus, rule), scheduledEvent(tx, bus, name, firedMs));
  };
}

/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
function scheduledEvent(
  tx: WriteTx,
  bus: BusId,
  rule: string,
  timeMs: number,
): ReturnType<typeof busEvent> {
  return busEvent(
    {
      id: tx.random.uuid(),
      source: "aws.events",
      detailType: "Scheduled Event",
      accountId: bus.accountId,
      region: bus.region,
      timeMs,
      resources: [ruleArn(bus, rule)],
    },
    { text: "{}", value: {} },
    undefined,
  );
}

function arm<T extends { readonly dueMs: number | undefined }>(
  tx: WriteTx,
  bus: BusId,
  rule: string,
  schedule: T,
): T {
  if (schedule.dueMs !== undefined) {
    tx.after(timerId(bus, rule, schedule.dueMs));
  }
  return schedule;
}

function timerId(bus: BusId, rule: string, dueMs: number): TimerId {
  return { dueMs, kind: SCHEDULE_TIMER, key: ruleKey(bus, rule) };
}

function ruleOfKey(key: Key): readonly [BusId, string] {
  const [accountId, region, name, rule] = key.map(String);
  assert(accountId && region && name && rule, "a schedule timer without a rule");
  return [{ accountId, region, name }, rule];
}

function scheduleOf(expression: string): Schedule {
  const schedule = parseSchedule(expression);
  assert(schedule !== undefined, `an invalid schedule was stored: ${expression}`);
  return schedule;
}
