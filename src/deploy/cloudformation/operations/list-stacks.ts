import type { Input, Output } from "../../../wire/operations.ts";
import { stackSummary } from "../described.ts";
import { revisions, stacks } from "../keys.ts";
import { pageOf } from "../page.ts";
import type { OperationContext } from "../stack-lookup.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html */
export async function listStacks(
  ctx: OperationContext,
  input: Input<"cloudformation", "ListStacks">,
): Promise<Output<"cloudformation", "ListStacks">> {
  const wanted = new Set(input.StackStatusFilter ?? []);
  return ctx.store.read((tx) => {
    const all = [...stacks.list(tx, { prefix: [ctx.accountId, ctx.region] })]
      .map(({ record }) => record)
      .filter(({ status }) => wanted.size === 0 || wanted.has(status))
      .sort((a, b) => b.createdMs - a.createdMs);
    const { items, nextToken } = pageOf(all, input.NextToken);
    return {
      StackSummaries: items.map((stack) =>
        stackSummary(stack, revisions.get(tx, [stack.id, stack.revision])),
      ),
      NextToken: nextToken,
    };
  });
}
