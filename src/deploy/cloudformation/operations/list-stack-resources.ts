import type { Input, Output } from "../../../wire/operations.ts";
import { describedResource } from "../described.ts";
import { stackDoesNotExist } from "../errors.ts";
import { resources } from "../keys.ts";
import { pageOf } from "../page.ts";
import { lookUpStack, type OperationContext } from "../stack-lookup.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html */
export async function listStackResources(
  ctx: OperationContext,
  input: Input<"cloudformation", "ListStackResources">,
): Promise<Output<"cloudformation", "ListStackResources">> {
  return ctx.store.read((tx) => {
    const stack = lookUpStack(tx, ctx, input.StackName);
    if (stack === undefined) {
      throw stackDoesNotExist(input.StackName);
    }
    const all = [...resources.list(tx, { prefix: [stack.id] })].map(({ record }) => record);
    const { items, nextToken } = pageOf(all, input.NextToken);
    return {
      StackResourceSummaries: items.map((resource) => ({
        ...describedResource(stack, resource),
        LastUpdatedTimestamp: new Date(resource.updatedMs),
      })),
      NextToken: nextToken,
    };
  });
}
