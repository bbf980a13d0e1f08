import type { Input, Output } from "../../../wire/operations.ts";
import { describedStack } from "../described.ts";
import { revisions, stacks } from "../keys.ts";
import { pageOf } from "../page.ts";
import { type OperationContext, requireStack } from "../stack-lookup.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
export async function describeStacks(
  ctx: OperationContext,
  input: Input<"cloudformation", "DescribeStacks">,
): Promise<Output<"cloudformation", "DescribeStacks">> {
  return ctx.store.read((tx) => {
    const all =
      input.StackName === undefined
        ? [...stacks.list(tx, { prefix: [ctx.accountId, ctx.region] })]
            .map(({ record }) => record)
            .filter(({ status }) => status !== "DELETE_COMPLETE")
            .sort((a, b) => b.createdMs - a.createdMs)
        : [requireStack(tx, ctx, input.StackName)];
    const { items, nextToken } = pageOf(all, input.NextToken);
    return {
      Stacks: items.map((stack) =>
        describedStack(stack, revisions.get(tx, [stack.id, stack.revision])),
      ),
      NextToken: nextToken,
    };
  });
}
