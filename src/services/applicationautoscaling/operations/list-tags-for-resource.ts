import type { Input, Output } from "../../../wire/operations.ts";
import type { AutoScalingContext } from "../ports.ts";
import { targetByArn } from "../target.ts";

type Request = Input<"applicationautoscaling", "ListTagsForResource">;
type Response = Output<"applicationautoscaling", "ListTagsForResource">;

/** Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ListTagsForResource.html */
export async function listTagsForResource(
  ctx: AutoScalingContext,
  input: Request,
): Promise<Response> {
  return ctx.store.read((tx) => ({ Tags: targetByArn(tx, ctx, input.ResourceARN).tags }));
}
