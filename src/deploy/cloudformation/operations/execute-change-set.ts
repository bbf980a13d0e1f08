import type { Input, Output } from "../../../wire/operations.ts";
import { untilRest } from "../answer-grace.ts";
import { beginRevision, checkTypesKept, checkUpdatable, onFailureOf } from "../begin.ts";
import { changeSetNotExecutable, changeSetNotFound } from "../errors.ts";
import { findChangeSet } from "../find-change-set.ts";
import { changeSets } from "../keys.ts";
import { type OperationContext, requireStack } from "../stack-lookup.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html */
export async function executeChangeSet(
  ctx: OperationContext,
  input: Input<"cloudformation", "ExecuteChangeSet">,
): Promise<Output<"cloudformation", "ExecuteChangeSet">> {
  const { ChangeSetName: changeSetName, StackName: stackName } = input;
  const stackId = await ctx.store.write((tx) => {
    const changeSet = findChangeSet(tx, ctx, { changeSetName, stackName });
    if (changeSet === undefined) {
      throw changeSetNotFound(changeSetName);
    }
    if (changeSet.executionStatus !== "AVAILABLE") {
      throw changeSetNotExecutable(changeSet.id, changeSet.status);
    }
    const stack = requireStack(tx, ctx, changeSet.stackId);
    const isNew = stack.status === "REVIEW_IN_PROGRESS";
    if (!isNew) {
      checkUpdatable(stack);
    }
    checkTypesKept(tx, stack, changeSet.revision);
    for (const { id } of [...changeSets.list(tx, { prefix: [stack.id] })]) {
      changeSets.delete(tx, id);
    }
    changeSets.put(tx, [stack.id, changeSet.name], {
      ...changeSet,
      executionStatus: "EXECUTE_COMPLETE",
    });
    beginRevision(
      tx,
      {
        ...stack,
        updatedMs: tx.nowMs,
        changeSetId: changeSet.id,
        onFailure:
          input.DisableRollback === undefined
            ? (changeSet.onFailure ?? "ROLLBACK")
            : onFailureOf({ DisableRollback: input.DisableRollback }),
        retainExceptOnCreate: input.RetainExceptOnCreate ?? false,
      },
      {
        revision: changeSet.revision,
        clientToken: input.ClientRequestToken,
        status: isNew ? "CREATE_IN_PROGRESS" : "UPDATE_IN_PROGRESS",
      },
    );
    return stack.id;
  });
  await untilRest(ctx, stackId);
  return {};
}
