import type { Input, Output } from "../../../wire/operations.ts";
import { findChangeSet } from "../find-change-set.ts";
import { changeSets } from "../keys.ts";
import { type OperationContext, requireStack } from "../stack-lookup.ts";

/**
 * Succeeds for a change set that is not there.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html
 */
export async function deleteChangeSet(
  ctx: OperationContext,
  input: Input<"cloudformation", "DeleteChangeSet">,
): Promise<Output<"cloudformation", "DeleteChangeSet">> {
  const { ChangeSetName: changeSetName, StackName: stackName } = input;
  await ctx.store.write((tx) => {
    if (stackName !== undefined) {
      requireStack(tx, ctx, stackName);
    }
    const changeSet = findChangeSet(tx, ctx, { changeSetName, stackName });
    if (changeSet !== undefined) {
      changeSets.delete(tx, [changeSet.stackId, changeSet.name]);
    }
  });
  return {};
}
