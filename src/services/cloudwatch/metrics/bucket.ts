/**
 * What a metric got during one period, summed up: enough for every statistic.
 *
 * Distributions hold each value with how often it came, so that percentiles are exact while there
 * are few different values. Above that, values are rounded to ever fewer digits, which bounds the
 * row. There is none for negative values and for statistic sets of more than one value, as on AWS.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */

/** `[count, sum, minimum, maximum, distribution]`: an array, since rows are many and small. */
export type Bucket = readonly [
  count: number,
  sum: number,
  minimum: number,
  maximum: number,
  distribution: Distribution | null,
];

/** `[value, how often, value, how often, ...]`: every value once. */
export type Distribution = readonly number[];

/** Different values of a distribution before they are rounded. */
const DISTINCT_MAX = 512;
const ROUNDED_DIGITS = [3, 2, 1] as const;

/** `value`, `count` times. */
export function bucketOf(value: number, count = 1): Bucket {
  return [count, value * count, value, value, value < 0 ? null : [value, count]];
}

export function bucketOfValues(values: readonly number[], counts: readonly number[]): Bucket {
  let bucket: Bucket | undefined;
  values.forEach((value, index) => {
    const count = counts[index] ?? 1;
    if (count > 0) {
      const one = bucketOf(value, count);
      bucket = bucket === undefined ? one : merged(bucket, one);
    }
  });
  return bucket ?? [0, 0, 0, 0, []];
}

export function bucketOfSet(set: {
  readonly SampleCount: number;
  readonly Sum: number;
  readonly Minimum: number;
  readonly Maximum: number;
}): Bucket {
  const { SampleCount, Sum, Minimum, Maximum } = set;
  const isOneValue = SampleCount === 1 || Minimum === Maximum;
  const distribution = isOneValue && Minimum >= 0 ? [Maximum, SampleCount] : null;
  return [SampleCount, Sum, Minimum, Maximum, distribution];
}

export function merged(a: Bucket, b: Bucket): Bucket {
  return [
    a[0] + b[0],
    a[1] + b[1],
    Math.min(a[2], b[2]),
    Math.max(a[3], b[3]),
    a[4] === null || b[4] === null ? null : mergedDistribution(a[4], b[4]),
  ];
}

function mergedDistribution(a: Distribution, b: Distribution): Distribution {
  const counts = new Map<number, number>();
  count(counts, a);
  count(counts, b);
  return flat(bounded(counts));
}

function count(counts: Map<number, number>, distribution: Distribution): void {
  for (let at = 0; at < distribution.length; at += 2) {
    const value = distribution[at] ?? 0;
    counts.set(value, (counts.get(value) ?? 0) + (distribution[at + 1] ?? 0));
  }
}

function bounded(counts: Map<number, number>): Map<number, number> {
  let result = counts;
  for (const digits of ROUNDED_DIGITS) {
    if (result.size <= DISTINCT_MAX) {
      break;
    }
    const rounded = new Map<number, number>();
    for (const [value, times] of counts) {
      const place = Number(value.toPrecision(digits));
      rounded.set(place, (rounded.get(place) ?? 0) + times);
    }
    result = rounded;
  }
  return result;
}

function flat(counts: ReadonlyMap<number, number>): Distribution {
  const distribution: number[] = [];
  for (const [value, times] of counts) {
    distribution.push(value, times);
  }
  return distribution;
}

/** The values in ascending order, each with how often it came. */
export function sortedValues(
  distribution: Distribution,
): readonly { readonly value: number; readonly count: number }[] {
  const values: { value: number; count: number }[] = [];
  for (let at = 0; at < distribution.length; at += 2) {
    values.push({ value: distribution[at] ?? 0, count: distribution[at + 1] ?? 0 });
  }
  return values.sort((a, b) => a.value - b.value);
}
