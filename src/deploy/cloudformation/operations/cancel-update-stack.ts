import type { Input } from "../../../wire/operations.ts";
import { validationError } from "../errors.ts";
import { keyOf, type OperationContext, requireStack } from "../stack-lookup.ts";
import { loadState, transact } from "../transact.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CancelUpdateStack.html */
export async function cancelUpdateStack(
  ctx: OperationContext,
  input: Input<"cloudformation", "CancelUpdateStack">,
): Promise<void> {
  await ctx.store.write((tx) => {
    const stack = requireStack(tx, ctx, input.StackName);
    const state = stack.status === "UPDATE_IN_PROGRESS" ? loadState(tx, keyOf(stack)) : undefined;
    if (state === undefined) {
      throw validationError("CancelUpdateStack cannot be called from current stack status");
    }
    transact(tx, state, { kind: "cancelled", reason: "User Initiated" });
  });
}
