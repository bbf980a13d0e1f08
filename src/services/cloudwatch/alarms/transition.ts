/**
 * Changes of state, and all that follows from one in its transaction: history, actions, an event on
 * the default bus, the composite alarms that rest on it.
 */
import { parseArn } from "../../../base/arn.ts";
import {
  type AlarmStateValue,
  holds,
  parseAlarmRule,
} from "../../../languages/alarm-rule/alarm-rule.ts";
import { deliver, type Sinks } from "../../../outbox/sink.ts";
import type { WriteTx } from "../../../store/store.ts";
import { type Owner, parents } from "../keys.ts";
import {
  type Alarm,
  alarmArn,
  alarmKey,
  alarmNameOf,
  alarmTime,
  findAlarm,
  putAlarm,
} from "./alarm.ts";
import { addHistory } from "./history.ts";
import {
  type Change,
  functionEvent,
  stateChangeEvent,
  topicMessage,
  topicSubject,
} from "./messages.ts";

export interface NewState {
  readonly value: AlarmStateValue;
  readonly reason: string;
  readonly reasonData: string | undefined;
}

export interface AlarmChange {
  readonly alarm: Alarm;
  readonly next: NewState;
  /** The alarms whose changes led to this one: rules may go round in a circle. */
  readonly path?: readonly string[];
}

/** Stores the state; when its value is another than before, everything follows. */
export function changeState(
  tx: WriteTx,
  sinks: Sinks,
  owner: Owner,
  { alarm, next, path = [] }: AlarmChange,
): Alarm {
  const { state: before } = alarm;
  const isChange = before.value !== next.value;
  const transitionedMs = isChange ? tx.nowMs : before.transitionedMs;
  const changed: Alarm = { ...alarm, state: { ...next, updatedMs: tx.nowMs, transitionedMs } };
  putAlarm(tx, owner, changed);
  if (!isChange) {
    return changed;
  }
  const change: Change = { alarm: changed, before };
  addHistory(tx, owner, {
    alarmName: alarm.name,
    isComposite: alarm.rule !== undefined,
    type: "StateUpdate",
    summary: `Alarm updated from ${before.value} to ${next.value}`,
    data: JSON.stringify({
      version: "1.0",
      oldState: historyState(before),
      newState: historyState(changed.state),
    }),
  });
  if (changed.actionsEnabled) {
    for (const action of changed.actions[next.value]) {
      act(tx, sinks, owner, { action, change });
    }
  }
  tellBus(tx, sinks, owner, stateChangeEvent(owner, tx.random.uuid(), change), alarm.name);
  changeParents(tx, sinks, owner, { child: changed, path: [...path, alarm.name] });
  return changed;
}

/**
 * Scaling policies are told again at each evaluation for as long as the alarm stays in its state.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
 */
export function repeatScaling(
  tx: WriteTx,
  sinks: Sinks,
  owner: Owner,
  { alarm, next }: AlarmChange,
): void {
  if (!alarm.actionsEnabled) {
    return;
  }
  const { state: before } = alarm;
  const { updatedMs, transitionedMs } = before;
  for (const action of alarm.actions[next.value].filter(isScalingPolicy)) {
    const change = { alarm: { ...alarm, state: { ...next, updatedMs, transitionedMs } }, before };
    deliver(tx, sinks, action, {
      payload: functionEvent(owner, change),
      sourceArn: alarmArn(owner, alarm.name),
    });
  }
}

function isScalingPolicy(action: string): boolean {
  return parseArn(action)?.service === "autoscaling";
}

function historyState(state: Alarm["state"]): object {
  const { value, reason, reasonData } = state;
  return {
    stateValue: value,
    stateReason: reason,
    ...(reasonData !== undefined && { stateReasonData: JSON.parse(reasonData) as unknown }),
  };
}

export function tellBus(
  tx: WriteTx,
  sinks: Sinks,
  owner: Owner,
  payload: string,
  alarmName: string,
): void {
  const bus = `arn:aws:events:${owner.region}:${owner.accountId}:event-bus/default`;
  deliver(tx, sinks, bus, { payload, sourceArn: alarmArn(owner, alarmName) });
}

function act(
  tx: WriteTx,
  sinks: Sinks,
  owner: Owner,
  { action, change }: { readonly action: string; readonly change: Change },
): void {
  const { alarm } = change;
  const isTopic = parseArn(action)?.service === "sns";
  const payload = isTopic ? topicMessage(owner, change) : functionEvent(owner, change);
  const acceptance = deliver(tx, sinks, action, {
    payload,
    sourceArn: alarmArn(owner, alarm.name),
    ...(isTopic && { subject: topicSubject(owner, change) }),
  });
  addHistory(tx, owner, {
    alarmName: alarm.name,
    isComposite: alarm.rule !== undefined,
    type: "Action",
    summary: acceptance.accepted
      ? `Successfully executed action ${action}`
      : `Failed to execute action ${action}. Received error: "${acceptance.message}"`,
    data: JSON.stringify({
      actionState: acceptance.accepted ? "Succeeded" : "Failed",
      notificationResource: action,
      stateUpdateTimestamp: alarm.state.updatedMs,
      publishedMessage: isTopic ? payload : null,
      error: acceptance.accepted ? null : acceptance.message,
    }),
  });
}

function changeParents(
  tx: WriteTx,
  sinks: Sinks,
  owner: Owner,
  { child, path }: { readonly child: Alarm; readonly path: readonly string[] },
): void {
  const prefix = alarmKey(owner, child.name);
  const names = [...parents.list(tx, { prefix })].map(({ id }) => String(id.at(-1)));
  for (const name of names) {
    const parent = findAlarm(tx, owner, name);
    if (parent !== undefined && !path.includes(name)) {
      settleComposite(tx, sinks, owner, { alarm: parent, cause: child, path });
    }
  }
}

/** Brings a composite alarm into the state that its rule gives. */
export function settleComposite(
  tx: WriteTx,
  sinks: Sinks,
  owner: Owner,
  {
    alarm,
    cause,
    path = [],
  }: {
    readonly alarm: Alarm;
    readonly cause: Alarm | undefined;
    readonly path?: readonly string[];
  },
): Alarm {
  const { rule } = parseAlarmRule(alarm.rule ?? "");
  if (rule === undefined) {
    return alarm;
  }
  const stateOf = (name: string) => findAlarm(tx, owner, alarmNameOf(name))?.state.value;
  const value = holds(rule, stateOf) ? "ALARM" : "OK";
  if (value === alarm.state.value) {
    return alarm;
  }
  const next = {
    value,
    reason: compositeReason(owner, alarm, cause),
    reasonData: undefined,
  } as const;
  return changeState(tx, sinks, owner, { alarm, next, path });
}

function compositeReason(owner: Owner, alarm: Alarm, cause: Alarm | undefined): string {
  if (cause === undefined) {
    return `${alarmArn(owner, alarm.name)} was evaluated by its rule`;
  }
  const { value, updatedMs } = cause.state;
  return `${alarmArn(owner, cause.name)} transitioned to ${value} at ${alarmTime(updatedMs)}`;
}
