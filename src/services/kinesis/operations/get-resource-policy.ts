import { policies } from "../keys.ts";
import { requireResource } from "../policed-resource.ts";
import type { KinesisOperation } from "../ports.ts";

/**
 * A resource without a policy has an empty one.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetResourcePolicy.html
 */
export const getResourcePolicy: KinesisOperation<"GetResourcePolicy"> = (ctx, input) =>
  ctx.store.read((tx) => {
    requireResource(tx, ctx, "GetResourcePolicy", input);
    return { Policy: policies.get(tx, [input.ResourceARN]) ?? "{}" };
  });
