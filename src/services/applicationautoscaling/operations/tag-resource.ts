import type { Input, Output } from "../../../wire/operations.ts";
import { tooManyTags } from "../errors.ts";
import { TAGS_MAX } from "../limits.ts";
import type { AutoScalingContext } from "../ports.ts";
import { putTarget, targetByArn } from "../target.ts";

type Request = Input<"applicationautoscaling", "TagResource">;
type Response = Output<"applicationautoscaling", "TagResource">;

/** Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TagResource.html */
export async function tagResource(ctx: AutoScalingContext, input: Request): Promise<Response> {
  return ctx.store.write((tx) => {
    const target = targetByArn(tx, ctx, input.ResourceARN);
    const tags = { ...target.tags, ...input.Tags };
    if (Object.keys(tags).length > TAGS_MAX) {
      throw tooManyTags(input.ResourceARN);
    }
    putTarget(tx, ctx, { ...target, tags });
    return {};
  });
}
