import type { Input, Output } from "../../../wire/operations.ts";
import { describedResource } from "../described.ts";
import { resourceDoesNotExist, stackNotFound } from "../errors.ts";
import { resources } from "../keys.ts";
import { lookUpStack, type OperationContext } from "../stack-lookup.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html */
export async function describeStackResource(
  ctx: OperationContext,
  input: Input<"cloudformation", "DescribeStackResource">,
): Promise<Output<"cloudformation", "DescribeStackResource">> {
  return ctx.store.read((tx) => {
    const stack = lookUpStack(tx, ctx, input.StackName);
    if (stack === undefined) {
      throw stackNotFound(input.StackName);
    }
    const resource = resources.get(tx, [stack.id, input.LogicalResourceId]);
    if (resource === undefined) {
      throw resourceDoesNotExist(input.LogicalResourceId, stack.name);
    }
    return {
      StackResourceDetail: {
        ...describedResource(stack, resource),
        LastUpdatedTimestamp: new Date(resource.updatedMs),
        Metadata: JSON.stringify(resource.metadata),
      },
    };
  });
}
