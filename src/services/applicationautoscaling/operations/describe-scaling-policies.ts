import type { Input, Output } from "../../../wire/operations.ts";
import { listed } from "../listing.ts";
import { describePolicy, policies } from "../policy.ts";
import { describeAlarms } from "../policy-alarms.ts";
import type { AutoScalingContext } from "../ports.ts";

type Request = Input<"applicationautoscaling", "DescribeScalingPolicies">;
type Response = Output<"applicationautoscaling", "DescribeScalingPolicies">;

/** Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingPolicies.html */
export async function describeScalingPolicies(
  ctx: AutoScalingContext,
  input: Request,
): Promise<Response> {
  const { PolicyNames } = input;
  return ctx.store.read((tx) => {
    const { items, ...page } = listed(tx, ctx, input, {
      records: policies,
      isWanted: ({ name }) => PolicyNames === undefined || PolicyNames.includes(name),
    });
    return {
      ScalingPolicies: items.map((policy) =>
        describePolicy(ctx, policy, describeAlarms(ctx, policy)),
      ),
      ...page,
    };
  });
}
