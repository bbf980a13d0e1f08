import type { Input, Output } from "../../../wire/operations.ts";
import type { AutoScalingContext } from "../ports.ts";
import { putTarget, targetByArn } from "../target.ts";

type Request = Input<"applicationautoscaling", "UntagResource">;
type Response = Output<"applicationautoscaling", "UntagResource">;

/** Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_UntagResource.html */
export async function untagResource(ctx: AutoScalingContext, input: Request): Promise<Response> {
  return ctx.store.write((tx) => {
    const target = targetByArn(tx, ctx, input.ResourceARN);
    const kept = Object.entries(target.tags).filter(([key]) => !input.TagKeys.includes(key));
    putTarget(tx, ctx, { ...target, tags: Object.fromEntries(kept) });
    return {};
  });
}
