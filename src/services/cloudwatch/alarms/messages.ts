/**
 * What is told of a change of state: to topics, functions and the event bus.
 * Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
import type { Owner } from "../keys.ts";
import { type Alarm, type AlarmState, alarmArn, alarmTime, type MetricSettings } from "./alarm.ts";

export interface Change {
  /** In its new state. */
  readonly alarm: Alarm;
  readonly before: AlarmState;
}

/** The names that e-mails have for regions; others are named by their code. */
const REGIONS: Readonly<Record<string, string>> = {
  "ap-northeast-1": "Asia Pacific (Tokyo)",
  "ap-south-1": "Asia Pacific (Mumbai)",
  "ap-southeast-1": "Asia Pacific (Singapore)",
  "ap-southeast-2": "Asia Pacific (Sydney)",
  "ca-central-1": "Canada (Central)",
  "eu-central-1": "EU (Frankfurt)",
  "eu-north-1": "EU (Stockholm)",
  "eu-west-1": "EU (Ireland)",
  "eu-west-2": "EU (London)",
  "eu-west-3": "EU (Paris)",
  "sa-east-1": "South America (Sao Paulo)",
  "us-east-1": "US East (N. Virginia)",
  "us-east-2": "US East (Ohio)",
  "us-west-1": "US West (N. California)",
  "us-west-2": "US West (Oregon)",
};

export function topicSubject(owner: Owner, { alarm }: Change): string {
  const { value } = alarm.state;
  return `${value}: "${alarm.name}" in ${REGIONS[owner.region] ?? owner.region}`.slice(0, 100);
}

export function topicMessage(owner: Owner, { alarm, before }: Change): string {
  const { state, actions, metric } = alarm;
  return JSON.stringify({
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: owner.accountId,
    AlarmConfigurationUpdatedTimestamp: alarmTime(alarm.configuredMs),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: alarmTime(state.updatedMs),
    Region: REGIONS[owner.region] ?? owner.region,
    AlarmArn: alarmArn(owner, alarm.name),
    OldStateValue: before.value,
    OKActions: actions.OK,
    AlarmActions: actions.ALARM,
    InsufficientDataActions: actions.INSUFFICIENT_DATA,
    ...(metric === undefined ? { AlarmRule: alarm.rule } : { Trigger: trigger(metric) }),
  });
}

function trigger(metric: MetricSettings): object {
  const shared = {
    Period: metric.Period,
    EvaluationPeriods: metric.EvaluationPeriods,
    ...(metric.DatapointsToAlarm !== undefined && { DatapointsToAlarm: metric.DatapointsToAlarm }),
    ComparisonOperator: metric.ComparisonOperator,
    Threshold: metric.Threshold,
    TreatMissingData: metric.TreatMissingData ?? "",
    EvaluateLowSampleCountPercentile: metric.EvaluateLowSampleCountPercentile ?? "",
  };
  if (metric.Metrics !== undefined) {
    return { ...shared, Metrics: metric.Metrics };
  }
  const { ExtendedStatistic } = metric;
  return {
    MetricName: metric.MetricName,
    Namespace: metric.Namespace,
    StatisticType: ExtendedStatistic === undefined ? "Statistic" : "ExtendedStatistic",
    ...(ExtendedStatistic === undefined
      ? { Statistic: metric.Statistic?.toUpperCase() }
      : { ExtendedStatistic }),
    Unit: metric.Unit ?? null,
    Dimensions: (metric.Dimensions ?? []).map(({ Name, Value }) => ({ value: Value, name: Name })),
    ...shared,
  };
}

export function functionEvent(owner: Owner, change: Change): string {
  const { accountId, region } = owner;
  const { alarm } = change;
  return JSON.stringify({
    source: "aws.cloudwatch",
    alarmArn: alarmArn(owner, alarm.name),
    accountId,
    time: alarmTime(alarm.state.updatedMs),
    region,
    alarmData: alarmData(change),
  });
}

export function stateChangeEvent(owner: Owner, id: string, change: Change): string {
  return busEvent(owner, {
    id,
    alarm: change.alarm,
    type: "CloudWatch Alarm State Change",
    atMs: change.alarm.state.updatedMs,
    detail: alarmData(change),
  });
}

export function busEvent(
  owner: Owner,
  event: {
    readonly id: string;
    readonly alarm: Alarm;
    readonly type: string;
    readonly atMs: number;
    readonly detail: object;
  },
): string {
  return JSON.stringify({
    version: "0",
    id: event.id,
    "detail-type": event.type,
    source: "aws.cloudwatch",
    account: owner.accountId,
    time: `${new Date(event.atMs).toISOString().slice(0, 19)}Z`,
    region: owner.region,
    resources: [alarmArn(owner, event.alarm.name)],
    detail: event.detail,
  });
}

function alarmData({ alarm, before }: Change): object {
  return {
    alarmName: alarm.name,
    state: stateData(alarm.state),
    previousState: stateData(before),
    configuration: configuration(alarm),
  };
}

export function stateData({ value, reason, reasonData, updatedMs }: AlarmState): object {
  return {
    value,
    reason,
    ...(reasonData !== undefined && { reasonData }),
    timestamp: alarmTime(updatedMs),
  };
}

/** The query of an alarm on a single metric, as AWS numbers it. */
const SINGLE_ID = "m1";

export function configuration({ metric, rule, description }: Alarm): object {
  const told = description === undefined ? {} : { description };
  if (metric === undefined) {
    return { alarmRule: rule, ...told };
  }
  const { Metrics = [single(metric)] } = metric;
  const metrics = Metrics.map(({ Id, MetricStat: stat, Expression, Label, ReturnData }) => ({
    id: Id,
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    ...(stat !== undefined && {
      metricStat: {
        metric: {
          namespace: stat.Metric.Namespace,
          name: stat.Metric.MetricName,
          dimensions: Object.fromEntries(
            (stat.Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]),
          ),
        },
        period: stat.Period,
        stat: stat.Stat,
        ...(stat.Unit !== undefined && { unit: stat.Unit }),
      },
    }),
    returnData: ReturnData ?? true,
  }));
  return { metrics, ...told };
}

function single(metric: MetricSettings): NonNullable<MetricSettings["Metrics"]>[number] {
  const { MetricName, Namespace, Dimensions, Period = 0, Unit } = metric;
  const Stat = metric.Statistic ?? metric.ExtendedStatistic ?? "";
  return {
    Id: SINGLE_ID,
    MetricStat: { Metric: { MetricName, Namespace, Dimensions }, Period, Stat, Unit },
  };
}
