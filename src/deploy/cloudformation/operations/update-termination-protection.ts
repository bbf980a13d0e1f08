import type { Input, Output } from "../../../wire/operations.ts";
import { stacks } from "../keys.ts";
import { type OperationContext, requireStack } from "../stack-lookup.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateTerminationProtection.html */
export async function updateTerminationProtection(
  ctx: OperationContext,
  input: Input<"cloudformation", "UpdateTerminationProtection">,
): Promise<Output<"cloudformation", "UpdateTerminationProtection">> {
  return ctx.store.write((tx) => {
    const stack = requireStack(tx, ctx, input.StackName);
    stacks.put(tx, [stack.accountId, stack.region, stack.id], {
      ...stack,
      terminationProtection: input.EnableTerminationProtection,
    });
    return { StackId: stack.id };
  });
}
