/**
 * Statistics by their names: `Sum`, `p99.9`, `TM(10%:90%)`, `PR(:300)`.
 *
 * Shares of a distribution are cut where they fall, through the middle of a value if need be, which
 * is why trimmed counts need not be whole.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
import { type Bucket, type Distribution, sortedValues } from "./bucket.ts";

/** `undefined` when the bucket cannot say: there is no distribution. */
export type Statistic = (bucket: Bucket) => number | undefined;

const SIMPLE: Readonly<Record<string, Statistic>> = {
  SampleCount: ([count]) => count,
  Sum: ([, sum]) => sum,
  Average: ([count, sum]) => (count === 0 ? undefined : sum / count),
  Minimum: ([, , minimum]) => minimum,
  Maximum: ([, , , maximum]) => maximum,
  IQM: (bucket) => trimmed(bucket, "tm", { low: 25, high: 75, isShare: true }),
};

type Trim = "tm" | "wm" | "tc" | "ts" | "pr";

interface Bounds {
  /** Exclusive. */
  readonly low: number;
  /** Inclusive. */
  readonly high: number;
  /** In percent of the values, not of their size. */
  readonly isShare: boolean;
}

const SHORT = /^(p|tm|wm|tc|ts)(\d{1,2}(?:\.\d{0,10})?|100(?:\.0{0,10})?)$/;
const NUMBER = "\\d+(?:\\.\\d{0,10})?(?:[Ee][+-]?\\d+)?";
const RANGE = new RegExp(`^(TM|WM|TC|TS|PR)\\((${NUMBER})?(%?):(${NUMBER})?(%?)\\)$`);

/** `undefined` for what is the name of no statistic. */
export function statisticOf(name: string): Statistic | undefined {
  if (Object.hasOwn(SIMPLE, name)) {
    return SIMPLE[name];
  }
  const [, kind, share] = SHORT.exec(name) ?? [];
  if (kind === "p") {
    return (bucket) => percentile(bucket, Number(share));
  }
  if (kind !== undefined) {
    const bounds = { low: 0, high: Number(share), isShare: true };
    return (bucket) => trimmed(bucket, kind as Trim, bounds);
  }
  return rangeStatistic(name);
}

function rangeStatistic(name: string): Statistic | undefined {
  const [, kind, low, lowSign, high, highSign] = RANGE.exec(name) ?? [];
  if (kind === undefined || (low === undefined && high === undefined)) {
    return undefined;
  }
  const signs = [low === undefined ? highSign : lowSign, high === undefined ? lowSign : highSign];
  const isShare = signs.every((sign) => sign === "%");
  const lowest = Number(low ?? (isShare ? 0 : Number.NEGATIVE_INFINITY));
  const highest = Number(high ?? (isShare ? 100 : Number.POSITIVE_INFINITY));
  const isMixed = signs.some((sign) => sign === "%") && !isShare;
  const isBeyond = isShare && highest > 100;
  if (isMixed || isBeyond || lowest >= highest || (isShare && kind === "PR")) {
    return undefined;
  }
  const bounds = { low: lowest, high: highest, isShare };
  return (bucket) => trimmed(bucket, kind.toLowerCase() as Trim, bounds);
}

/** Whether alarms on it may have too few samples to say anything. */
export function isPercentile(name: string): boolean {
  return SHORT.exec(name)?.[1] === "p";
}

export function percentOf(name: string): number {
  return Number(SHORT.exec(name)?.[2] ?? Number.NaN);
}

function percentile([count, , , , distribution]: Bucket, percent: number): number | undefined {
  return distribution === null || count === 0
    ? undefined
    : valueAtShare(distribution, (count * percent) / 100);
}

/** The smallest value that has `rank` values up to and including itself. */
function valueAtShare(distribution: Distribution, rank: number): number | undefined {
  let seen = 0;
  let last: number | undefined;
  for (const { value, count } of sortedValues(distribution)) {
    seen += count;
    last = value;
    if (seen >= rank) {
      break;
    }
  }
  return last;
}

function trimmed(bucket: Bucket, kind: Trim, bounds: Bounds): number | undefined {
  const [total, , , , distribution] = bucket;
  if (distribution === null || total === 0) {
    return undefined;
  }
  if (kind === "wm") {
    return winsorized(distribution, total, bounds);
  }
  const { count, sum } = within(distribution, total, bounds);
  switch (kind) {
    case "tc":
      return count;
    case "ts":
      return sum;
    case "pr":
      return (100 * count) / total;
    default:
      return count === 0 ? undefined : sum / count;
  }
}

function within(
  distribution: Distribution,
  total: number,
  { low, high, isShare }: Bounds,
): { readonly count: number; readonly sum: number } {
  const [first, last] = [(total * low) / 100, (total * high) / 100];
  let [seen, count, sum] = [0, 0, 0];
  for (const one of sortedValues(distribution)) {
    const counted = isShare
      ? Math.max(0, Math.min(seen + one.count, last) - Math.max(seen, first))
      : one.count * Number(one.value > low && one.value <= high);
    seen += one.count;
    count += counted;
    sum += counted * one.value;
  }
  return { count, sum };
}

/** Values outside of the bounds count as the values at the bounds. */
function winsorized(
  distribution: Distribution,
  total: number,
  { low, high, isShare }: Bounds,
): number {
  const least = isShare ? (valueAtShare(distribution, (total * low) / 100) ?? low) : low;
  const most = isShare ? (valueAtShare(distribution, (total * high) / 100) ?? high) : high;
  let sum = 0;
  for (const { value, count } of sortedValues(distribution)) {
    sum += count * Math.min(Math.max(value, least), most);
  }
  return sum / total;
}
