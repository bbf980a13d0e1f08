import type { Input, Output } from "../../../wire/operations.ts";
import { changeSets } from "../keys.ts";
import { pageOf } from "../page.ts";
import { type OperationContext, requireStack } from "../stack-lookup.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListChangeSets.html */
export async function listChangeSets(
  ctx: OperationContext,
  input: Input<"cloudformation", "ListChangeSets">,
): Promise<Output<"cloudformation", "ListChangeSets">> {
  return ctx.store.read((tx) => {
    const stack = requireStack(tx, ctx, input.StackName);
    const all = [...changeSets.list(tx, { prefix: [stack.id] })].map(({ record }) => record);
    const { items, nextToken } = pageOf(all, input.NextToken);
    return {
      Summaries: items.map((changeSet) => ({
        StackId: stack.id,
        StackName: stack.name,
        ChangeSetId: changeSet.id,
        ChangeSetName: changeSet.name,
        ExecutionStatus: changeSet.executionStatus,
        Status: changeSet.status,
        StatusReason: changeSet.statusReason,
        CreationTime: new Date(changeSet.createdMs),
        Description: changeSet.description,
        IncludeNestedStacks: false,
      })),
      NextToken: nextToken,
    };
  });
}
