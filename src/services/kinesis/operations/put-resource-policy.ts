import { policies } from "../keys.ts";
import { requireResource } from "../policed-resource.ts";
import { checkedPolicy } from "../policy.ts";
import type { KinesisOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutResourcePolicy.html */
export const putResourcePolicy: KinesisOperation<"PutResourcePolicy"> = async (ctx, input) => {
  const policy = checkedPolicy(input.Policy);
  await ctx.store.write((tx) => {
    requireResource(tx, ctx, "PutResourcePolicy", input);
    policies.put(tx, [input.ResourceARN], policy);
  });
};
