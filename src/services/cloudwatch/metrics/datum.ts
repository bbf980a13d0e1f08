/**
 * The data of PutMetricData: what they may be, and what they are in the store.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
 */
import type { MetricDatum, StatisticSet } from "../../../wire/models/cloudwatch.gen.ts";
import { invalidCombination, invalidValue, missingParameter } from "../errors.ts";
import {
  DATUM_AGE_MS_MAX,
  DATUM_FUTURE_MS_MAX,
  VALUE_MAX,
  VALUES_PER_DATUM_MAX,
} from "../limits.ts";
import { type Bucket, bucketOf, bucketOfSet, bucketOfValues } from "./bucket.ts";
import type { NewData } from "./data.ts";
import { dimensionsOf } from "./metric.ts";
import { MINUTES, SECONDS } from "./retention.ts";

/** `place` names the datum in errors: `MetricData.member.1`. */
export function dataOf(
  datum: MetricDatum,
  from: { readonly namespace: string; readonly place: string; readonly nowMs: number },
): NewData {
  const { namespace, place, nowMs } = from;
  const { StorageResolution: resolution = MINUTES.resolution, Unit: unit = "None" } = datum;
  if (resolution !== SECONDS.resolution && resolution !== MINUTES.resolution) {
    throw invalidValue(
      `The value ${resolution} for parameter ${place}.StorageResolution is invalid.`,
    );
  }
  checkDimensions(datum, place);
  return {
    metric: {
      namespace,
      name: datum.MetricName,
      dimensions: dimensionsOf(datum.Dimensions),
    },
    unit,
    tier: resolution === SECONDS.resolution ? SECONDS : MINUTES,
    atMs: timeOf(datum, place, nowMs),
    bucket: bucketIn(datum, place),
  };
}

function checkDimensions({ Dimensions: dimensions = [] }: MetricDatum, place: string): void {
  const names = new Set<string>();
  dimensions.forEach(({ Name, Value }, index) => {
    const member = `${place}.Dimensions.member.${index + 1}`;
    if (Name.startsWith(":") || !isPrintable(Name)) {
      throw invalidValue(`The value ${Name} for parameter ${member}.Name is invalid.`);
    }
    if (Value.trim() === "" || !isPrintable(Value)) {
      throw invalidValue(`The value ${Value} for parameter ${member}.Value is invalid.`);
    }
    if (names.has(Name)) {
      throw invalidValue(`The value ${Name} for parameter ${member}.Name is a duplicate.`);
    }
    names.add(Name);
  });
}

/** ASCII without control characters. */
function isPrintable(text: string): boolean {
  return /^[ -~]+$/.test(text);
}

function timeOf({ Timestamp: given }: MetricDatum, place: string, nowMs: number): number {
  const atMs = given?.getTime() ?? nowMs;
  if (atMs < nowMs - DATUM_AGE_MS_MAX) {
    throw invalidValue(
      `The parameter ${place}.Timestamp must specify a time within the past two weeks.`,
    );
  }
  if (atMs > nowMs + DATUM_FUTURE_MS_MAX) {
    throw invalidValue(
      `The parameter ${place}.Timestamp must specify a time no more than two hours in the future.`,
    );
  }
  return atMs;
}

function bucketIn(datum: MetricDatum, place: string): Bucket {
  const { Value, Values, Counts, StatisticValues } = datum;
  const given = Object.entries({ Value, Values, StatisticValues }).filter(
    ([, value]) => value !== undefined,
  );
  const [first, second] = given;
  if (first === undefined) {
    throw missingParameter(
      `At least one of the parameters ${place}.Value, ${place}.Values or ` +
        `${place}.StatisticValues must be specified.`,
    );
  }
  if (second !== undefined) {
    throw invalidCombination(
      `The parameters ${place}.${first[0]} and ${place}.${second[0]} are mutually exclusive ` +
        "and you have specified both.",
    );
  }
  if (StatisticValues !== undefined) {
    return bucketOfSet(checkedSet(StatisticValues, place));
  }
  if (Values !== undefined) {
    return bucketOfValues(checkedValues(Values, place), checkedCounts(Values, Counts, place));
  }
  return bucketOf(checked(Value ?? 0, `${place}.Value`));
}

function checked(value: number, parameter: string): number {
  if (!Number.isFinite(value) || Math.abs(value) > VALUE_MAX) {
    throw invalidValue(`The value ${value} for parameter ${parameter} is invalid.`);
  }
  return value;
}

function checkedSet(set: StatisticSet, place: string): StatisticSet {
  for (const [name, value] of Object.entries(set)) {
    checked(value, `${place}.StatisticValues.${name}`);
  }
  const { SampleCount, Minimum, Maximum } = set;
  if (SampleCount <= 0) {
    throw invalidValue(
      `The value ${SampleCount} for parameter ${place}.StatisticValues.SampleCount is invalid.`,
    );
  }
  if (Minimum > Maximum) {
    throw invalidValue(
      `The value for parameter ${place}.StatisticValues.Minimum must not be greater than ` +
        `the value for parameter ${place}.StatisticValues.Maximum.`,
    );
  }
  return set;
}

function checkedValues(values: readonly number[], place: string): readonly number[] {
  if (values.length === 0 || values.length > VALUES_PER_DATUM_MAX) {
    throw invalidValue(
      `The collection ${place}.Values must have between 1 and ${VALUES_PER_DATUM_MAX} members.`,
    );
  }
  values.forEach((value, index) => {
    checked(value, `${place}.Values.member.${index + 1}`);
  });
  return values;
}

function checkedCounts(
  values: readonly number[],
  counts: readonly number[] | undefined,
  place: string,
): readonly number[] {
  if (counts !== undefined && counts.length !== values.length) {
    throw invalidCombination(
      `The parameters ${place}.Values and ${place}.Counts must have the same number of members.`,
    );
  }
  counts?.forEach((count, index) => {
    if (checked(count, `${place}.Counts.member.${index + 1}`) < 0) {
      throw invalidValue(
        `The value ${count} for parameter ${place}.Counts.member.${index + 1} is invalid.`,
      );
    }
  });
  return counts ?? [];
}
