/** Why an alarm is in its state, in the words of CloudWatch. */
import type { Alarm, MetricSettings } from "./alarm.ts";
import { alarmTime } from "./alarm.ts";
import type { Decision, Point } from "./decision.ts";

const COMPARISONS: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanOrEqualToThreshold: "less than or equal to",
  LessThanThreshold: "less than",
};

const TREATED: Readonly<Record<string, string>> = {
  breaching: "Breaching",
  notBreaching: "NonBreaching",
};

export function reasonOf(alarm: Alarm, settings: MetricSettings, decision: Decision): string {
  const { points, filled, value } = decision;
  if (value === "INSUFFICIENT_DATA") {
    return `Insufficient Data: ${plural(filled, "datapoint was", "datapoints were")} unknown.`;
  }
  const treated = TREATED[settings.TreatMissingData ?? ""];
  const missing =
    treated === undefined || filled === 0
      ? ""
      : `${plural(filled, "missing datapoint was", "missing datapoints were")} treated as [${treated}]`;
  if (points.length === 0) {
    const periods = plural(filled, "period", "periods");
    return `Threshold Crossed: no datapoints were received for ${periods} and ${missing}.`;
  }
  const needed = settings.DatapointsToAlarm ?? settings.EvaluationPeriods;
  const transition =
    ` (minimum ${plural(needed, "datapoint", "datapoints")} ` +
    `for ${value === "ALARM" ? "OK -> ALARM" : "ALARM -> OK"} transition)`;
  const isChange = alarm.state.value !== "INSUFFICIENT_DATA" || value === "ALARM";
  return (
    `Threshold Crossed: ${crossed(settings, points, value === "ALARM")}` +
    `${missing === "" ? "" : ` and ${missing}`}${isChange ? transition : ""}.`
  );
}

function crossed(settings: MetricSettings, points: readonly Point[], isAlarm: boolean): string {
  const { ComparisonOperator, Threshold } = settings;
  const wanted = points.filter(({ value }) => breaches(settings, value) === isAlarm);
  const shown = wanted.map(({ value, atMs }) => `${double(value)} (${shortTime(atMs)})`).join(", ");
  const verb = wanted.length === 1 ? "was" : "were";
  const comparison = COMPARISONS[ComparisonOperator] ?? "";
  return (
    `${wanted.length} out of the last ${points.length} datapoints [${shown}] ` +
    `${verb}${isAlarm ? "" : " not"} ${comparison} the threshold (${double(Threshold)})`
  );
}

export function breaches(
  { ComparisonOperator, Threshold }: MetricSettings,
  value: number,
): boolean {
  switch (ComparisonOperator) {
    case "GreaterThanOrEqualToThreshold":
      return value >= Threshold;
    case "GreaterThanThreshold":
      return value > Threshold;
    case "LessThanOrEqualToThreshold":
      return value <= Threshold;
    default:
      return value < Threshold;
  }
}

export function reasonDataOf(
  settings: MetricSettings,
  decision: Decision,
  at: { readonly nowMs: number; readonly period: number },
): string {
  const { points } = decision;
  const oldest = points.at(-1);
  return JSON.stringify({
    version: "1.0",
    queryDate: alarmTime(at.nowMs),
    ...(oldest !== undefined && { startDate: alarmTime(oldest.atMs) }),
    ...(settings.Unit !== undefined && { unit: settings.Unit }),
    ...(settings.Metrics === undefined && {
      statistic: settings.Statistic ?? settings.ExtendedStatistic,
    }),
    period: at.period,
    recentDatapoints: points.map(({ value }) => value).reverse(),
    threshold: settings.Threshold,
    evaluatedDatapoints: points.map(({ atMs, value }) => ({ timestamp: alarmTime(atMs), value })),
  });
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Whole numbers have a decimal place, as in Java. */
function double(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** `21/11/26 19:43:00` */
function shortTime(atMs: number): string {
  const [date = "", time = ""] = new Date(atMs).toISOString().split("T");
  const [year = "", month, day] = date.split("-");
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}
