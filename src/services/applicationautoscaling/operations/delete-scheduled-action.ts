import type { Input, Output } from "../../../wire/operations.ts";
import { actionNotFound } from "../errors.ts";
import { idOf, nameOf, ownerKey } from "../keys.ts";
import type { AutoScalingContext } from "../ports.ts";
import { actions, deleteAction } from "../scheduled-action.ts";

type Request = Input<"applicationautoscaling", "DeleteScheduledAction">;
type Response = Output<"applicationautoscaling", "DeleteScheduledAction">;

/** Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScheduledAction.html */
export async function deleteScheduledAction(
  ctx: AutoScalingContext,
  input: Request,
): Promise<Response> {
  const id = idOf(input);
  const name = input.ScheduledActionName;
  return ctx.store.write((tx) => {
    const action = actions.get(tx, [...ownerKey(ctx), nameOf(id, name)]);
    if (action === undefined) {
      throw actionNotFound(id, name);
    }
    deleteAction(tx, ctx, action);
    return {};
  });
}
