/**
 * One durable timer a schedule, armed for the time its target is invoked next.
 *
 * What fell due while the engine was down is made up for once: the schedule fires at the next
 * start, with the latest time it missed, and goes on from there.
 */

import { assert } from "../../base/assert.ts";
import { toHex } from "../../base/bytes.ts";
import type { Timer, TimerId, WriteTx } from "../../store/store.ts";
import type { TimerHandler } from "../service.ts";
import type { Invocation } from "./invocation.ts";
import { invoke } from "./invoker.ts";
import { type Owner, ownedKey, schedules } from "./keys.ts";
import type { SchedulerPorts } from "./ports.ts";
import { type Due, keyOfSchedule, type Schedule, scheduleArn } from "./schedule.ts";
import { latestDue, type Timetable, timetableOf } from "./timetable.ts";

export const DUE_TIMER = "scheduler.due";

const MINUTE_MS = 60_000;
const EXECUTION_ID_BYTES = 8;

/** Stores a schedule with its timer as its state and times want it. */
export function putSchedule(
  tx: WriteTx,
  owner: Owner,
  schedule: Schedule,
  before: Schedule | undefined,
): void {
  disarm(tx, owner, before);
  const next = schedule.state === "ENABLED" ? firstDue(tx, schedule, before) : undefined;
  schedules.put(tx, keyOfSchedule(owner, schedule), { ...schedule, next });
  arm(tx, owner, schedule, next);
}

/** As it was, when nothing changed about the times; else anew from now on. */
function firstDue(tx: WriteTx, schedule: Schedule, before: Schedule | undefined): Due | undefined {
  if (before?.state === "ENABLED" && timesOf(before) === timesOf(schedule)) {
    return before.next;
  }
  const timetable = existingTimetable(schedule);
  // A time that has passed already is due now: whoever asked for it was late, not mistaken.
  const isOneTime = schedule.expression.startsWith("at(");
  const dueMs = timetable.from(isOneTime ? Number.MIN_SAFE_INTEGER : tx.nowMs);
  return dueMs === undefined ? undefined : withinWindow(tx, schedule, dueMs);
}

function timesOf(schedule: Schedule): string {
  const { expression, timeZone, anchorMs, startMs, endMs, windowMinutes } = schedule;
  return JSON.stringify([expression, timeZone, anchorMs, startMs, endMs, windowMinutes]);
}

/** Draws the moment within the flexible window. */
function withinWindow(tx: WriteTx, { windowMinutes }: Schedule, dueMs: number): Due {
  const offsetMs = windowMinutes === 0 ? 0 : tx.random.next() * windowMinutes * MINUTE_MS;
  return { dueMs, fireMs: dueMs + Math.floor(offsetMs) };
}

export function deleteSchedule(tx: WriteTx, owner: Owner, schedule: Schedule): void {
  disarm(tx, owner, schedule);
  schedules.delete(tx, keyOfSchedule(owner, schedule));
}

/** Fires a schedule, unless the timer is one that a later change has overtaken. */
export function dueTimer(ports: SchedulerPorts): TimerHandler {
  return (tx, timer) => {
    const { owner, key } = placeOf(timer);
    const schedule = schedules.get(tx, key);
    if (schedule?.next === undefined || schedule.next.fireMs !== timer.dueMs) {
      return;
    }
    const timetable = existingTimetable(schedule);
    const closedMs = tx.nowMs - schedule.windowMinutes * MINUTE_MS;
    const scheduledMs = latestDue(timetable, schedule.next.dueMs, closedMs);
    invoke(tx, ports, invocationOf(tx, owner, schedule, scheduledMs));
    goOn(tx, owner, schedule, timetable.from(scheduledMs + 1));
  };
}

function goOn(tx: WriteTx, owner: Owner, schedule: Schedule, dueMs: number | undefined): void {
  if (dueMs === undefined && schedule.deletesItself) {
    schedules.delete(tx, keyOfSchedule(owner, schedule));
    return;
  }
  const next = dueMs === undefined ? undefined : withinWindow(tx, schedule, dueMs);
  schedules.put(tx, keyOfSchedule(owner, schedule), { ...schedule, next });
  arm(tx, owner, schedule, next);
}

function invocationOf(
  tx: WriteTx,
  owner: Owner,
  schedule: Schedule,
  scheduledMs: number,
): Invocation {
  return {
    ...owner,
    scheduleArn: scheduleArn(owner, schedule),
    target: schedule.target,
    scheduledMs,
    executionId: toHex(tx.random.bytes(EXECUTION_ID_BYTES)),
    attempt: 1,
    firstMs: tx.nowMs,
  };
}

function arm(tx: WriteTx, owner: Owner, schedule: Schedule, next: Due | undefined): void {
  if (next !== undefined) {
    tx.after(timerId(owner, schedule, next));
  }
}

function disarm(tx: WriteTx, owner: Owner, schedule: Schedule | undefined): void {
  if (schedule?.next !== undefined) {
    tx.cancel(timerId(owner, schedule, schedule.next));
  }
}

function timerId(owner: Owner, schedule: Schedule, next: Due): TimerId {
  return { kind: DUE_TIMER, dueMs: next.fireMs, key: keyOfSchedule(owner, schedule) };
}

function placeOf(timer: Timer): {
  readonly owner: Owner;
  readonly key: ReturnType<typeof ownedKey>;
} {
  const [region = "", accountId = "", name = ""] = timer.key.map(String);
  const owner = { region, accountId };
  return { owner, key: ownedKey(owner, name) };
}

function existingTimetable(schedule: Schedule): Timetable {
  const timetable = timetableOf(schedule);
  assert(timetable !== undefined, `an invalid schedule was stored: ${schedule.expression}`);
  return timetable;
}
