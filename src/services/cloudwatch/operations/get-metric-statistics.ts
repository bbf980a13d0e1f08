import type { Datapoint } from "../../../wire/models/cloudwatch.gen.ts";
import type { Input } from "../../../wire/operations.ts";
import { invalidCombination, invalidValue, missingParameter } from "../errors.ts";
import { DATAPOINTS_MAX, SECOND_MS } from "../limits.ts";
import type { Bucket } from "../metrics/bucket.ts";
import { readDataByUnit } from "../metrics/data.ts";
import { dimensionsOf } from "../metrics/metric.ts";
import { isPeriod, roundedStart } from "../metrics/period.ts";
import { type Statistic, statisticOf } from "../metrics/statistic.ts";
import type { CloudWatchOperation } from "../ports.ts";

type Request = Input<"cloudwatch", "GetMetricStatistics">;
type Named = readonly (readonly [string, Statistic])[];

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
export const getMetricStatistics: CloudWatchOperation<"GetMetricStatistics"> = async (
  ctx,
  input,
) => {
  const { Namespace: namespace, MetricName: name, Period: period } = input;
  const { simple, extended } = statisticsOf(input);
  const range = rangeOf(input, ctx.nowMs);
  const metric = { namespace, name, dimensions: dimensionsOf(input.Dimensions) };
  await ctx.intake.flush();
  const byUnit = await ctx.store.read((tx) =>
    readDataByUnit(tx, ctx, metric, { ...range, period }),
  );
  const datapoints: Datapoint[] = [];
  for (const [unit, buckets] of byUnit) {
    for (const [atMs, bucket] of buckets) {
      const values = { ...valuesOf(simple, bucket), ...extendedValues(extended, bucket) };
      datapoints.push({ Timestamp: new Date(atMs), ...values, Unit: unit });
    }
  }
  return { Label: name, Datapoints: datapoints };
};

function statisticsOf({ Statistics, ExtendedStatistics }: Request): {
  readonly simple: Named;
  readonly extended: Named;
} {
  if (Statistics === undefined && ExtendedStatistics === undefined) {
    throw missingParameter("Must specify either Statistics or ExtendedStatistics");
  }
  if (Statistics !== undefined && ExtendedStatistics !== undefined) {
    throw invalidCombination("Statistics and ExtendedStatistics may not both be specified");
  }
  return { simple: named(Statistics), extended: named(ExtendedStatistics) };
}

function named(names: readonly string[] = []): Named {
  return names.map((name) => {
    const statistic = statisticOf(name);
    if (statistic === undefined) {
      throw invalidValue(`The value ${name} for parameter ExtendedStatistics is not supported.`);
    }
    return [name, statistic];
  });
}

function rangeOf(
  input: Request,
  nowMs: number,
): { readonly startMs: number; readonly endMs: number; readonly unit: string | undefined } {
  const { Period: period, Unit: unit } = input;
  if (!isPeriod(period)) {
    throw invalidValue(
      "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60: it is in seconds.",
    );
  }
  const endMs = input.EndTime.getTime();
  if (input.StartTime.getTime() >= endMs) {
    throw invalidValue("The parameter StartTime must be less than the parameter EndTime.");
  }
  const startMs = roundedStart(input.StartTime.getTime(), period, nowMs);
  const count = Math.ceil((endMs - startMs) / (period * SECOND_MS));
  if (count > DATAPOINTS_MAX) {
    throw invalidCombination(
      `You have requested up to ${count} datapoints, which exceeds the limit of ` +
        `${DATAPOINTS_MAX}. You may reduce the datapoints requested by increasing Period, ` +
        "or decreasing the time range.",
    );
  }
  return { startMs, endMs, unit };
}

function valuesOf(statistics: Named, bucket: Bucket): Readonly<Record<string, number>> {
  const values: Record<string, number> = {};
  for (const [name, statistic] of statistics) {
    const value = statistic(bucket);
    if (value !== undefined) {
      values[name] = value;
    }
  }
  return values;
}

function extendedValues(statistics: Named, bucket: Bucket): Partial<Datapoint> {
  return statistics.length === 0 ? {} : { ExtendedStatistics: valuesOf(statistics, bucket) };
}
