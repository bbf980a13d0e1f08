/**
 * Evaluates alarms on metrics: by one durable timer an alarm, every minute (with periods below a
 * minute every ten seconds, with a window of more than a day every hour), a few seconds late so that
 * what was counted is stored.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
import type { Sinks } from "../../../outbox/sink.ts";
import type { ReadTx, Timer, WriteTx } from "../../../store/store.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import type { TimerHandler } from "../../service.ts";
import { alarms, type Owner } from "../keys.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../limits.ts";
import { readData } from "../metrics/data.ts";
import { dimensionsOf } from "../metrics/metric.ts";
import { queriesOf } from "../metrics/query.ts";
import { createQueryRun } from "../metrics/query-run.ts";
import { isPercentile, percentOf, statisticOf } from "../metrics/statistic.ts";
import { type Alarm, alarmKey, type MetricSettings, putAlarm } from "./alarm.ts";
import { decide, type Point, type Question } from "./decision.ts";
import { breaches, reasonDataOf, reasonOf } from "./reason.ts";
import { changeState, type NewState, repeatScaling } from "./transition.ts";

export const ALARM_TIMER = "cloudwatch.alarm";

const SHORT_STEP_MS = 10 * SECOND_MS;
/** Behind the end of the newest period: longer than samples wait to be stored. */
const DELAY_MS = 10 * SECOND_MS;
const SHORT_DELAY_MS = 2 * SECOND_MS;
/** Periods that are looked at beyond those that are evaluated. */
const EXTRA_PERIODS = 2;

/** Stores the alarm with its timer armed; one that was armed before is not. */
export function scheduleEvaluation(tx: WriteTx, owner: Owner, alarm: Alarm): Alarm {
  cancelEvaluation(tx, owner, alarm);
  const dueMs = nextDueMs(alarm.metric, tx.nowMs);
  const armed = { ...alarm, dueMs };
  tx.after({ dueMs, kind: ALARM_TIMER, key: alarmKey(owner, alarm.name) });
  putAlarm(tx, owner, armed);
  return armed;
}

export function cancelEvaluation(tx: WriteTx, owner: Owner, { name, dueMs }: Alarm): void {
  if (dueMs !== undefined) {
    tx.cancel({ dueMs, kind: ALARM_TIMER, key: alarmKey(owner, name) });
  }
}

function nextDueMs(settings: MetricSettings | undefined, nowMs: number): number {
  const { stepMs, delayMs } = rhythmOf(settings);
  return Math.floor((nowMs - delayMs) / stepMs + 1) * stepMs + delayMs;
}

function rhythmOf(settings: MetricSettings | undefined): {
  readonly stepMs: number;
  readonly delayMs: number;
} {
  const period = settings === undefined ? 60 : periodOf(settings);
  if (period < 60) {
    return { stepMs: SHORT_STEP_MS, delayMs: SHORT_DELAY_MS };
  }
  const windowMs = period * (settings?.EvaluationPeriods ?? 1) * SECOND_MS;
  return { stepMs: windowMs > DAY_MS ? HOUR_MS : MINUTE_MS, delayMs: DELAY_MS };
}

function periodOf({ Period, Metrics }: MetricSettings): number {
  const queries = Metrics === undefined ? [] : queriesOf(Metrics, ASKER);
  return Period ?? queries.find(({ isReturned }) => isReturned)?.period ?? 60;
}

/** Queries of other accounts were refused when the alarm was put. */
const ASKER = { operation: "PutMetricAlarm", accountId: undefined };

export function alarmTimer(sinks: Sinks): TimerHandler {
  return (tx: WriteTx, timer: Timer) => {
    const alarm = alarms.get(tx, timer.key);
    const [accountId, region] = timer.key as readonly [string, string, string];
    const owner = { accountId, region };
    if (alarm?.metric === undefined || alarm.dueMs !== timer.dueMs) {
      return;
    }
    const armed = scheduleEvaluation(tx, owner, alarm);
    const next = evaluated(tx, owner, armed, alarm.metric);
    if (next !== undefined && next.value !== armed.state.value) {
      changeState(tx, sinks, owner, { alarm: armed, next });
    } else if (next !== undefined) {
      repeatScaling(tx, sinks, owner, { alarm: armed, next });
    }
  };
}

/** `undefined`: the state stays as it is. */
export function evaluated(
  tx: ReadTx,
  owner: Owner,
  alarm: Alarm,
  settings: MetricSettings,
): NewState | undefined {
  const period = periodOf(settings);
  const { stepMs } = rhythmOf(settings);
  const endMs = Math.floor(tx.nowMs / stepMs) * stepMs;
  const periods = settings.EvaluationPeriods + EXTRA_PERIODS;
  const range = { startMs: endMs - periods * period * SECOND_MS, endMs, period };
  const values = valuesOf(tx, owner, settings, range);
  if (values === undefined) {
    return undefined;
  }
  const points = Array.from({ length: periods }, (_, index): Point | undefined => {
    const atMs = endMs - (index + 1) * period * SECOND_MS;
    const value = values.get(atMs);
    return value === undefined ? undefined : { atMs, value };
  });
  const decision = decide({
    points,
    evaluationPeriods: settings.EvaluationPeriods,
    datapointsToAlarm: settings.DatapointsToAlarm ?? settings.EvaluationPeriods,
    isBreaching: (value) => breaches(settings, value),
    treatMissing: (settings.TreatMissingData ?? "missing") as Question["treatMissing"],
  });
  return (
    decision && {
      value: decision.value,
      reason: reasonOf(alarm, settings, decision),
      reasonData: reasonDataOf(settings, decision, { nowMs: tx.nowMs, period }),
    }
  );
}

interface Range {
  readonly startMs: number;
  readonly endMs: number;
  readonly period: number;
}

/** By the first moment of the period; `undefined` when too few samples came to say anything. */
function valuesOf(
  tx: ReadTx,
  owner: Owner,
  settings: MetricSettings,
  range: Range,
): ReadonlyMap<number, number> | undefined {
  return settings.Metrics === undefined
    ? singleValues(tx, owner, settings, range)
    : mathValues(tx, owner, settings.Metrics, range);
}

function singleValues(
  tx: ReadTx,
  owner: Owner,
  settings: MetricSettings,
  range: Range,
): ReadonlyMap<number, number> | undefined {
  const { Namespace: namespace = "", MetricName: name = "", Unit: unit } = settings;
  const statisticName = settings.Statistic ?? settings.ExtendedStatistic ?? "";
  const statistic = statisticOf(statisticName);
  const metric = { namespace, name, dimensions: dimensionsOf(settings.Dimensions) };
  const values = new Map<number, number>();
  const ignoresFew = settings.EvaluateLowSampleCountPercentile === "ignore";
  const least = ignoresFew ? samplesNeeded(statisticName) : 0;
  for (const [atMs, bucket] of readData(tx, owner, metric, { ...range, unit })) {
    if (bucket[0] < least) {
      return undefined;
    }
    const value = statistic?.(bucket);
    if (value !== undefined) {
      values.set(atMs, value);
    }
  }
  return values;
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html */
function samplesNeeded(statisticName: string): number {
  if (!isPercentile(statisticName)) {
    return 0;
  }
  const share = percentOf(statisticName) / 100;
  return 10 / (share >= 0.5 ? 1 - share : share);
}

/** An expression that fails has no points. */
function mathValues(
  tx: ReadTx,
  owner: Owner,
  metrics: NonNullable<MetricSettings["Metrics"]>,
  { startMs, endMs }: Range,
): ReadonlyMap<number, number> {
  const queries = queriesOf(metrics, ASKER);
  const returned = queries.find(({ isReturned }) => isReturned);
  const run = createQueryRun(tx, owner, queries, () => ({ startMs, endMs }));
  try {
    return (returned && run.series(returned)[0]?.points) ?? new Map();
  } catch (error) {
    if (error instanceof AwsError) {
      return new Map();
    }
    throw error;
  }
}
