import { notSupported } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { type Activity, activities, describeActivity } from "../activity.ts";
import { invalidNextToken } from "../errors.ts";
import { ownerKey } from "../keys.ts";
import { PAGE_MAX } from "../limits.ts";
import type { AutoScalingContext } from "../ports.ts";

type Request = Input<"applicationautoscaling", "DescribeScalingActivities">;
type Response = Output<"applicationautoscaling", "DescribeScalingActivities">;

/**
 * The latest first. What is kept fits a page, so a token is never given out; none is taken.
 * Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingActivities.html
 */
export async function describeScalingActivities(
  ctx: AutoScalingContext,
  input: Request,
): Promise<Response> {
  const { ServiceNamespace, ResourceId, ScalableDimension, MaxResults } = input;
  if (input.IncludeNotScaledActivities === true) {
    throw notSupported("DescribeScalingActivities", "IncludeNotScaledActivities");
  }
  if (input.NextToken !== undefined) {
    throw invalidNextToken();
  }
  return ctx.store.read((tx) => {
    const wanted: Activity[] = [];
    for (const { record } of activities.list(tx, { prefix: ownerKey(ctx), limit: SCAN_MAX })) {
      const isWanted =
        record.namespace === ServiceNamespace &&
        (ResourceId === undefined || record.resourceId === ResourceId) &&
        (ScalableDimension === undefined || record.dimension === ScalableDimension);
      if (isWanted) {
        wanted.push(record);
      }
    }
    const latest = wanted.sort((a, b) => b.startMs - a.startMs);
    return { ScalingActivities: latest.slice(0, MaxResults ?? PAGE_MAX).map(describeActivity) };
  });
}

/** Activities that one call looks at. */
const SCAN_MAX = 10_000;
