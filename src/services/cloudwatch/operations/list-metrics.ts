import { fromBase64, toBase64, utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import { parseJson } from "../../../base/json.ts";
import type { Key } from "../../../base/ordered-key.ts";
import type { ReadTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { DimensionFilter, Metric } from "../../../wire/models/cloudwatch.gen.ts";
import type { Input } from "../../../wire/operations.ts";
import { invalidNextToken } from "../errors.ts";
import { metrics } from "../keys.ts";
import { LISTED_MS, METRICS_PER_PAGE_MAX, RECENTLY_ACTIVE_MS } from "../limits.ts";
import { type Dimensions, describeMetric } from "../metrics/metric.ts";
import type { CloudWatchContext, CloudWatchOperation } from "../ports.ts";

type Request = Input<"cloudwatch", "ListMetrics">;

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export const listMetrics: CloudWatchOperation<"ListMetrics"> = async (ctx, input) => {
  if (input.IncludeLinkedAccounts === true) {
    throw notSupported("ListMetrics", "IncludeLinkedAccounts");
  }
  if (input.OwningAccount !== undefined && input.OwningAccount !== ctx.accountId) {
    throw notSupported("ListMetrics", "OwningAccount of other accounts");
  }
  const after = input.NextToken === undefined ? undefined : placeOf(input.NextToken);
  await ctx.intake.flush();
  return ctx.store.read((tx) => page(tx, ctx, input, after));
};

function page(
  tx: ReadTx,
  ctx: CloudWatchContext,
  input: Request,
  after: Key | undefined,
): { readonly Metrics: readonly Metric[]; readonly NextToken?: string } {
  const { Namespace: wantedNamespace, MetricName: wantedName, Dimensions: filters = [] } = input;
  const owner = [ctx.accountId, ctx.region];
  const prefix = wantedNamespace === undefined ? owner : [...owner, wantedNamespace];
  const sinceMs = ctx.nowMs - (input.RecentlyActive === undefined ? LISTED_MS : RECENTLY_ACTIVE_MS);
  const found: Metric[] = [];
  let last: Key = [];
  for (const { id, record } of metrics.list(tx, { prefix, after: after && [...owner, ...after] })) {
    const [, , namespace, name] = id as readonly [string, string, string, string, string];
    const isWanted =
      (wantedName === undefined || name === wantedName) &&
      record.lastMs >= sinceMs &&
      filters.every((filter) => matches(record.dimensions, filter));
    if (!isWanted) {
      continue;
    }
    if (found.length === METRICS_PER_PAGE_MAX) {
      return { Metrics: found, NextToken: tokenOf(last) };
    }
    found.push(describeMetric({ namespace, name, dimensions: record.dimensions }));
    last = id.slice(owner.length);
  }
  return { Metrics: found };
}

function matches(dimensions: Dimensions, { Name, Value }: DimensionFilter): boolean {
  return dimensions.some(
    ([name, value]) => name === Name && (Value === undefined || value === Value),
  );
}

/** A token stands for the last metric of its page: namespace, name and digest. */
function tokenOf(place: Key): string {
  return toBase64(utf8Encode(JSON.stringify(place)));
}

function placeOf(token: string): Key {
  const place = parseJson(utf8Decode(fromBase64(token)));
  const isPlace =
    Array.isArray(place) && place.length === 3 && place.every((part) => typeof part === "string");
  if (!isPlace) {
    throw invalidNextToken();
  }
  return place as Key;
}
