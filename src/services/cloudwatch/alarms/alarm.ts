/** Alarms: what they are, where they lie, what the API tells of them. */
import { formatArn, parseArn } from "../../../base/arn.ts";
import type { Key } from "../../../base/ordered-key.ts";
import type { AlarmStateValue } from "../../../languages/alarm-rule/alarm-rule.ts";
import type { ReadTx, WriteTx } from "../../../store/store.ts";
import type {
  CompositeAlarm,
  MetricAlarm,
  PutMetricAlarmInput,
} from "../../../wire/models/cloudwatch.gen.ts";
import { alarms, type Owner } from "../keys.ts";

export interface Alarm {
  readonly name: string;
  readonly description: string | undefined;
  readonly actionsEnabled: boolean;
  /** ARNs, by the state that the alarm changes to. */
  readonly actions: Readonly<Record<AlarmStateValue, readonly string[]>>;
  readonly configuredMs: number;
  readonly state: AlarmState;
  readonly tags: Readonly<Record<string, string>>;
  /** One of the two. */
  readonly metric?: MetricSettings;
  readonly rule?: string;
  /** Of an alarm on metrics: when it is evaluated next. */
  readonly dueMs?: number;
}

export interface AlarmState {
  readonly value: AlarmStateValue;
  readonly reason: string;
  /** JSON. */
  readonly reasonData: string | undefined;
  readonly updatedMs: number;
  /** When the value last changed. */
  readonly transitionedMs: number;
}

/** As AWS names them: they are told as they were given. */
export type MetricSettings = Pick<
  PutMetricAlarmInput,
  | "MetricName"
  | "Namespace"
  | "Statistic"
  | "ExtendedStatistic"
  | "Dimensions"
  | "Period"
  | "Unit"
  | "DatapointsToAlarm"
  | "TreatMissingData"
  | "EvaluateLowSampleCountPercentile"
  | "Metrics"
> & {
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
};

export const UNCHECKED: string = "Unchecked: Initial alarm creation";

export function alarmKey(owner: Owner, name: string): Key {
  return [owner.accountId, owner.region, name];
}

export function findAlarm(tx: ReadTx, owner: Owner, name: string): Alarm | undefined {
  return alarms.get(tx, alarmKey(owner, name));
}

export function putAlarm(tx: WriteTx, owner: Owner, alarm: Alarm): void {
  alarms.put(tx, alarmKey(owner, alarm.name), alarm);
}

export function alarmArn({ accountId, region }: Owner, name: string): string {
  return formatArn({ service: "cloudwatch", region, accountId, resource: `alarm:${name}` });
}

/** Rules name alarms by name or by ARN. */
export function alarmNameOf(nameOrArn: string): string {
  const arn = parseArn(nameOrArn);
  return arn?.service === "cloudwatch" && arn.resource.startsWith("alarm:")
    ? arn.resource.slice("alarm:".length)
    : nameOrArn;
}

export function describeMetricAlarm(owner: Owner, alarm: Alarm): MetricAlarm {
  return { ...described(owner, alarm), ...alarm.metric };
}

export function describeCompositeAlarm(owner: Owner, alarm: Alarm): CompositeAlarm {
  return { ...described(owner, alarm), AlarmRule: alarm.rule };
}

function described(owner: Owner, alarm: Alarm) {
  const { state, actions } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarmArn(owner, alarm.name),
    ...(alarm.description !== undefined && { AlarmDescription: alarm.description }),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredMs),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: actions.OK,
    AlarmActions: actions.ALARM,
    InsufficientDataActions: actions.INSUFFICIENT_DATA,
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData !== undefined && { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: new Date(state.updatedMs),
    StateTransitionedTimestamp: new Date(state.transitionedMs),
  };
}

/** `2026-11-21T19:43:00.000+0000`, as alarms write times. */
export function alarmTime(atMs: number): string {
  return new Date(atMs).toISOString().replace("Z", "+0000");
}
