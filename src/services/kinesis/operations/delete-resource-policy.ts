import { resourceNotFound } from "../errors.ts";
import { policies } from "../keys.ts";
import { requireResource } from "../policed-resource.ts";
import type { KinesisOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteResourcePolicy.html */
export const deleteResourcePolicy: KinesisOperation<"DeleteResourcePolicy"> = async (
  ctx,
  input,
) => {
  await ctx.store.write((tx) => {
    requireResource(tx, ctx, "DeleteResourcePolicy", input);
    if (policies.get(tx, [input.ResourceARN]) === undefined) {
      throw resourceNotFound(`No resource policy found for resource ARN ${input.ResourceARN}`);
    }
    policies.delete(tx, [input.ResourceARN]);
  });
};
