import type { Input, Output } from "../../../wire/operations.ts";
import { listed } from "../listing.ts";
import type { AutoScalingContext } from "../ports.ts";
import { describeTarget, targets } from "../target.ts";

type Request = Input<"applicationautoscaling", "DescribeScalableTargets">;
type Response = Output<"applicationautoscaling", "DescribeScalableTargets">;

/** Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html */
export async function describeScalableTargets(
  ctx: AutoScalingContext,
  input: Request,
): Promise<Response> {
  const { ResourceIds, ScalableDimension } = input;
  return ctx.store.read((tx) => {
    const { items, ...page } = listed(
      tx,
      ctx,
      { ...input, ScalableDimension },
      {
        records: targets,
        isWanted: ({ resourceId }) => ResourceIds === undefined || ResourceIds.includes(resourceId),
      },
    );
    return { ScalableTargets: items.map((target) => describeTarget(ctx, target)), ...page };
  });
}
