/**
 * What PutMetricAlarm takes.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
import { parseArn } from "../../../base/arn.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Input } from "../../../wire/operations.ts";
import { invalidCombination, missingParameter, validation } from "../errors.ts";
import { DAY_MS, SECOND_MS } from "../limits.ts";
import { isPeriod } from "../metrics/period.ts";
import { queriesOf } from "../metrics/query.ts";
import { isPercentile, statisticOf } from "../metrics/statistic.ts";
import type { Alarm, MetricSettings } from "./alarm.ts";

type Request = Input<"cloudwatch", "PutMetricAlarm">;

const OPERATION = "PutMetricAlarm";
const TREATMENTS: readonly string[] = ["breaching", "notBreaching", "ignore", "missing"];
/** An alarm looks at most that far back: with periods of an hour or more at a week. */
const WINDOW_MS_MAX: number = DAY_MS;
const LONG_WINDOW_MS_MAX: number = 7 * DAY_MS;
const HOUR_S = 3_600;
/** Those of anomaly detection. */
const BAND_OPERATORS: readonly string[] = [
  "LessThanLowerOrGreaterThanUpperThreshold",
  "LessThanLowerThreshold",
  "GreaterThanUpperThreshold",
];
const METRIC_MEMBERS = [
  "MetricName",
  "Namespace",
  "Statistic",
  "ExtendedStatistic",
  "Dimensions",
  "Period",
  "Unit",
  "EvaluationPeriods",
  "DatapointsToAlarm",
  "Threshold",
  "ComparisonOperator",
  "TreatMissingData",
  "EvaluateLowSampleCountPercentile",
  "Metrics",
] as const;

export function metricSettings(input: Request, accountId: string): MetricSettings {
  refuse(input);
  const { EvaluationPeriods, Threshold, ComparisonOperator } = input;
  if (EvaluationPeriods === undefined) {
    throw missingParameter("The parameter EvaluationPeriods is required.");
  }
  if (ComparisonOperator === undefined) {
    throw missingParameter("The parameter ComparisonOperator is required.");
  }
  if (Threshold === undefined) {
    throw missingParameter("The parameter Threshold is required.");
  }
  if (input.DatapointsToAlarm !== undefined && input.DatapointsToAlarm > EvaluationPeriods) {
    throw validation("DatapointsToAlarm must be less than or equal to EvaluationPeriods.");
  }
  checkTreatment(input);
  const period = input.Metrics === undefined ? singlePeriod(input) : mathPeriod(input, accountId);
  checkWindow(period, EvaluationPeriods);
  const given = METRIC_MEMBERS.filter((member) => input[member] !== undefined);
  const settings = Object.fromEntries(given.map((member) => [member, input[member]]));
  // What the SDKs leave out, AWS tells all the same.
  const dimensions = input.Metrics === undefined ? { Dimensions: input.Dimensions ?? [] } : {};
  return { ...settings, ...dimensions, EvaluationPeriods, Threshold, ComparisonOperator };
}

function refuse(input: Request): void {
  const refused = [
    "ThresholdMetricId",
    "WarmUpConfiguration",
    "EvaluationCriteria",
    "EvaluationInterval",
    "ActionConfiguration",
  ] as const;
  for (const member of refused) {
    if (input[member] !== undefined) {
      throw notSupported(OPERATION, member);
    }
  }
  if (input.EvaluationWindow?.WallClockWindow !== undefined) {
    throw notSupported(OPERATION, "WallClockWindow");
  }
  if (BAND_OPERATORS.includes(input.ComparisonOperator ?? "")) {
    throw notSupported(OPERATION, `ComparisonOperator ${input.ComparisonOperator}`);
  }
}

function checkTreatment(input: Request): void {
  const { TreatMissingData, EvaluateLowSampleCountPercentile: lowSamples } = input;
  if (TreatMissingData !== undefined && !TREATMENTS.includes(TreatMissingData)) {
    throw validation(
      `Value '${TreatMissingData}' at 'treatMissingData' failed to satisfy constraint: ` +
        `Member must satisfy enum value set: [${TREATMENTS.join(", ")}]`,
    );
  }
  if (lowSamples === undefined) {
    return;
  }
  if (!["evaluate", "ignore"].includes(lowSamples)) {
    throw validation(`Option ${lowSamples} is not supported. Only evaluate and ignore are.`);
  }
  if (!isPercentile(input.ExtendedStatistic ?? "")) {
    throw invalidCombination(
      "EvaluateLowSampleCountPercentile can only be used for percentile alarms.",
    );
  }
}

function singlePeriod(input: Request): number {
  const { MetricName, Namespace, Statistic, ExtendedStatistic, Period } = input;
  if (MetricName === undefined || Namespace === undefined) {
    throw missingParameter("Both MetricName and Namespace must be specified.");
  }
  if (Period === undefined) {
    throw missingParameter("The parameter Period is required.");
  }
  if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
    throw Statistic === undefined
      ? missingParameter("Either Statistic or ExtendedStatistic must be specified.")
      : invalidCombination("Statistic and ExtendedStatistic must not both be specified.");
  }
  if (statisticOf(Statistic ?? ExtendedStatistic ?? "") === undefined) {
    throw validation(`The value ${ExtendedStatistic} for ExtendedStatistic is not supported.`);
  }
  return Period;
}

/** That of the one query that is returned. */
function mathPeriod(input: Request, accountId: string): number {
  const { MetricName, Statistic, ExtendedStatistic, Period, Metrics = [] } = input;
  const single = { MetricName, Statistic, ExtendedStatistic, Period };
  if (Object.values(single).some((member) => member !== undefined)) {
    throw validation(
      "If you specify the Metrics parameter, you cannot specify MetricName, Dimensions, Period, " +
        "Namespace, Statistic, or ExtendedStatistic.",
    );
  }
  const returned = queriesOf(Metrics, { operation: OPERATION, accountId }).filter(
    ({ isReturned }) => isReturned,
  );
  const [only] = returned;
  if (only === undefined || returned.length > 1) {
    throw validation("Exactly one element of the metrics list should return data.");
  }
  return only.period;
}

function checkWindow(period: number, evaluationPeriods: number): void {
  if (!isPeriod(period) || (period < 60 && period < 10)) {
    throw validation("Period must be 10, 20, 30 or a multiple of 60");
  }
  const windowMs = period * evaluationPeriods * SECOND_MS;
  if (windowMs > (period < HOUR_S ? WINDOW_MS_MAX : LONG_WINDOW_MS_MAX)) {
    throw validation(
      "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= " +
        "86400), with periods of an hour or more across more than a week.",
    );
  }
}

interface ActionLists {
  readonly OKActions?: readonly string[] | undefined;
  readonly AlarmActions?: readonly string[] | undefined;
  readonly InsufficientDataActions?: readonly string[] | undefined;
}

/** Topics, functions and scaling policies; what AWS can do beyond that is refused by name. */
export function actionsOf(input: ActionLists, operation: string): Alarm["actions"] {
  const { OKActions = [], AlarmActions = [], InsufficientDataActions = [] } = input;
  for (const action of [...OKActions, ...AlarmActions, ...InsufficientDataActions]) {
    const arn = parseArn(action);
    if (arn === undefined) {
      throw validation(`Invalid arn syntax: ${action}`);
    }
    const isPolicy = arn.service === "autoscaling" && SCALING_POLICY.test(arn.resource);
    if (!isPolicy && !ACTION_SERVICES.includes(arn.service)) {
      throw notSupported(operation, `the action ${action}`);
    }
  }
  return { OK: OKActions, ALARM: AlarmActions, INSUFFICIENT_DATA: InsufficientDataActions };
}

const ACTION_SERVICES: readonly string[] = ["lambda", "sns"];
/** Of Application Auto Scaling; those of EC2 name a group instead of a resource. */
const SCALING_POLICY = /^scalingPolicy:[^:]+:resource\//;
