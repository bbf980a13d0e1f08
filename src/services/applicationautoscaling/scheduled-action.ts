/**
 * Scheduled actions: at their times they change the bounds of their target, and what is outside of
 * them is scaled. One durable timer an action.
 * Source: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scheduled-scaling.html
 */
import { formatArn } from "../../base/arn.ts";
import { instantInZone, parseOneTime } from "../../languages/schedule/one-time.ts";
import { nextAfter, nextAfterInZone, parseSchedule } from "../../languages/schedule/schedule.ts";
import { type Collection, collection } from "../../store/collection.ts";
import type { Timer, WriteTx } from "../../store/store.ts";
import type {
  ScheduledAction as Described,
  ScalableTargetAction,
} from "../../wire/models/applicationautoscaling.gen.ts";
import type { TimerHandler } from "../service.ts";
import { validation } from "./errors.ts";
import { nameOf, type Owner, ownerKey, type TargetId, targetKey } from "./keys.ts";
import { scaleSoon } from "./scaler.ts";
import { putTarget, targets } from "./target.ts";

export interface ScheduledAction extends TargetId {
  readonly name: string;
  readonly id: string;
  readonly createdMs: number;
  readonly schedule: string;
  readonly timeZone?: string;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly bounds: ScalableTargetAction;
  /** When it is due next; none when it has had its last time. */
  readonly dueMs?: number;
}

export const actions: Collection<ScheduledAction> = collection<ScheduledAction>(
  "applicationautoscaling",
  "action",
);

const DUE_TIMER = "applicationautoscaling.due";

/** Throws for a schedule that is none. */
export function requireSchedule(schedule: string): void {
  if (parseOneTime(schedule) === undefined && parseSchedule(schedule) === undefined) {
    throw validation(`Invalid schedule expression: ${schedule}`);
  }
}

/** Stores an action, with its timer armed for its next time. */
export function putAction(tx: WriteTx, owner: Owner, action: ScheduledAction): void {
  disarm(tx, owner, action);
  const { dueMs: _, ...settled } = action;
  const dueMs = dueAfter(action, tx.nowMs);
  actions.put(tx, actionKey(owner, action), { ...settled, ...(dueMs !== undefined && { dueMs }) });
  if (dueMs !== undefined) {
    tx.after({ dueMs, kind: DUE_TIMER, key: actionKey(owner, action) });
  }
}

export function deleteAction(tx: WriteTx, owner: Owner, action: ScheduledAction): void {
  disarm(tx, owner, action);
  actions.delete(tx, actionKey(owner, action));
}

/** As it is stored: the timer of an earlier schedule must not stay. */
function disarm(tx: WriteTx, owner: Owner, action: ScheduledAction): void {
  const key = actionKey(owner, action);
  const dueMs = actions.get(tx, key)?.dueMs;
  if (dueMs !== undefined) {
    tx.cancel({ dueMs, kind: DUE_TIMER, key });
  }
}

function actionKey(owner: Owner, action: ScheduledAction) {
  return [...ownerKey(owner), nameOf(action, action.name)];
}

function dueAfter(action: ScheduledAction, nowMs: number): number | undefined {
  const { schedule: text, timeZone = "UTC", startMs, endMs } = action;
  const wallMs = parseOneTime(text);
  const afterMs = Math.max(nowMs, (startMs ?? nowMs) - 1);
  const dueMs = wallMs === undefined ? repeated(action, afterMs) : instantInZone(wallMs, timeZone);
  const isOver = dueMs === undefined || dueMs <= nowMs || (endMs !== undefined && dueMs > endMs);
  return isOver ? undefined : dueMs;
}

/** A rate counts from the start of the action, which is its first time. */
function repeated(action: ScheduledAction, afterMs: number): number | undefined {
  const schedule = parseSchedule(action.schedule);
  if (schedule === undefined) {
    return undefined;
  }
  if (schedule.kind === "cron" && action.timeZone !== undefined) {
    return nextAfterInZone(schedule, afterMs, { startMs: afterMs, timeZone: action.timeZone });
  }
  const anchorMs =
    schedule.kind === "rate" && action.startMs !== undefined
      ? action.startMs - schedule.periodMs
      : action.createdMs;
  return nextAfter(schedule, afterMs, anchorMs);
}

/** Changes the bounds and sees to it that the capacity comes to lie within them. */
const due: TimerHandler = (tx: WriteTx, timer: Timer) => {
  const action = actions.get(tx, timer.key);
  const [accountId, region] = timer.key as readonly [string, string, string];
  if (action?.dueMs !== timer.dueMs) {
    return;
  }
  const owner = { accountId, region };
  putAction(tx, owner, action);
  const target = targets.get(tx, targetKey(owner, action));
  if (target === undefined || target.suspended.ScheduledScalingSuspended === true) {
    return;
  }
  const min = action.bounds.MinCapacity ?? target.min;
  const max = action.bounds.MaxCapacity ?? target.max;
  // One bound alone moves the other out of its way.
  const bounds =
    action.bounds.MinCapacity === undefined
      ? { min: Math.min(min, max), max }
      : { min, max: Math.max(min, max) };
  putTarget(tx, owner, { ...target, ...bounds });
  scaleSoon(tx, owner, {
    target: {
      namespace: target.namespace,
      resourceId: target.resourceId,
      dimension: target.dimension,
    },
    ...bounds,
    cause: `scheduled action name ${action.name} was triggered`,
  });
};

export const actionTimers: Readonly<Record<string, TimerHandler>> = { [DUE_TIMER]: due };

export function describeAction(owner: Owner, action: ScheduledAction): Described {
  const { accountId, region } = owner;
  const place = `resource/${action.namespace}/${action.resourceId}`;
  return {
    ScheduledActionName: action.name,
    ScheduledActionARN: formatArn({
      service: "autoscaling",
      region,
      accountId,
      resource: `scheduledAction:${action.id}:${place}:scheduledActionName/${action.name}`,
    }),
    ServiceNamespace: action.namespace,
    Schedule: action.schedule,
    ResourceId: action.resourceId,
    ScalableDimension: action.dimension,
    CreationTime: new Date(action.createdMs),
    ...(action.timeZone !== undefined && { Timezone: action.timeZone }),
    ...(action.startMs !== undefined && { StartTime: new Date(action.startMs) }),
    ...(action.endMs !== undefined && { EndTime: new Date(action.endMs) }),
    ScalableTargetAction: action.bounds,
  };
}
