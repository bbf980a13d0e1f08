import { fromBase64, toBase64, utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import { type Series, sortedPoints } from "../../../languages/metric-math/value.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { MetricDataResult } from "../../../wire/models/cloudwatch.gen.ts";
import type { Input } from "../../../wire/operations.ts";
import { invalidNextToken, validation } from "../errors.ts";
import { DATAPOINTS_PER_PAGE_MAX } from "../limits.ts";
import { roundedStart } from "../metrics/period.ts";
import { type MetricQuery, queriesOf } from "../metrics/query.ts";
import { createQueryRun } from "../metrics/query-run.ts";
import type { CloudWatchOperation } from "../ports.ts";

type Request = Input<"cloudwatch", "GetMetricData">;

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const getMetricData: CloudWatchOperation<"GetMetricData"> = async (ctx, input) => {
  if (input.LabelOptions !== undefined) {
    throw notSupported("GetMetricData", "LabelOptions");
  }
  const startMs = input.StartTime.getTime();
  const endMs = input.EndTime.getTime();
  if (startMs >= endMs) {
    throw validation("The parameter StartTime must be less than the parameter EndTime.");
  }
  const asker = { operation: "GetMetricData", accountId: ctx.accountId };
  const queries = queriesOf(input.MetricDataQueries, asker);
  const page = pageOf(input);
  await ctx.intake.flush();
  const results = await ctx.store.read((tx) => {
    const run = createQueryRun(tx, ctx, queries, (period) => ({
      startMs: roundedStart(startMs, period, ctx.nowMs),
      endMs,
    }));
    return queries
      .filter(({ isReturned }) => isReturned)
      .flatMap((query) => resultsOf(query, run.series(query), input.ScanBy));
  });
  return paged(results, page);
};

interface Result {
  readonly id: string;
  readonly label: string;
  readonly points: readonly (readonly [atMs: number, value: number])[];
}

function resultsOf(
  query: MetricQuery,
  found: readonly Series[],
  scanBy: string | undefined,
): readonly Result[] {
  return found.map((series) => {
    const ascending = sortedPoints(series);
    const points = scanBy === "TimestampAscending" ? ascending : [...ascending].reverse();
    // An expression that gives several series names each behind its own label.
    const isOneOfMany = query.expression !== undefined && found.length > 1 && series.label !== "";
    const label = isOneOfMany ? `${query.label} ${series.label}` : query.label;
    return { id: query.id, label, points };
  });
}

interface Page {
  /** Points on earlier pages. */
  readonly skipped: number;
  readonly limit: number;
}

function pageOf({ MaxDatapoints = DATAPOINTS_PER_PAGE_MAX, NextToken: token }: Request): Page {
  if (MaxDatapoints < 1 || MaxDatapoints > DATAPOINTS_PER_PAGE_MAX) {
    throw validation(
      `The parameter MaxDatapoints must be between 1 and ${DATAPOINTS_PER_PAGE_MAX}.`,
    );
  }
  const skipped = token === undefined ? 0 : Number(utf8Decode(fromBase64(token)));
  if (!Number.isSafeInteger(skipped) || skipped < 0) {
    throw invalidNextToken();
  }
  return { skipped, limit: MaxDatapoints };
}

/** A result whose points go on on the next page is partial; results of pages before are left out. */
function paged(
  results: readonly Result[],
  { skipped, limit }: Page,
): { readonly MetricDataResults: readonly MetricDataResult[]; readonly NextToken?: string } {
  const end = skipped + limit;
  const shown: MetricDataResult[] = [];
  let seen = 0;
  for (const { id, label, points } of results) {
    const from = Math.max(0, skipped - seen);
    const through = Math.min(points.length, end - seen);
    seen += points.length;
    const isEarlier = from > 0 && from >= points.length;
    if (isEarlier || through < 0 || (through === 0 && points.length > 0)) {
      continue;
    }
    const slice = points.slice(from, through);
    shown.push({
      Id: id,
      Label: label,
      Timestamps: slice.map(([atMs]) => new Date(atMs)),
      Values: slice.map(([, value]) => value),
      StatusCode: through < points.length ? "PartialData" : "Complete",
    });
  }
  return {
    MetricDataResults: shown,
    ...(seen > end && { NextToken: toBase64(utf8Encode(String(end))) }),
  };
}
