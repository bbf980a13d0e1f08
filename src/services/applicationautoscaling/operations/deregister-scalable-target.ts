import type { Input, Output } from "../../../wire/operations.ts";
import { targetNotFound } from "../errors.ts";
import { idOf, nameOf, ownerKey, targetKey } from "../keys.ts";
import { ownedBy } from "../owned.ts";
import { policies } from "../policy.ts";
import { deleteAlarmsSoon } from "../policy-alarms.ts";
import type { AutoScalingContext } from "../ports.ts";
import { actions, deleteAction } from "../scheduled-action.ts";
import { deleteTarget, targets } from "../target.ts";

type Request = Input<"applicationautoscaling", "DeregisterScalableTarget">;
type Response = Output<"applicationautoscaling", "DeregisterScalableTarget">;

/**
 * Its policies and scheduled actions go with a target.
 * Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html
 */
export async function deregisterScalableTarget(
  ctx: AutoScalingContext,
  input: Request,
): Promise<Response> {
  const id = idOf(input);
  return ctx.store.write((tx) => {
    const target = targets.get(tx, targetKey(ctx, id));
    if (target === undefined) {
      throw targetNotFound(id);
    }
    deleteTarget(tx, ctx, target);
    for (const policy of ownedBy(tx, ctx, policies, id)) {
      policies.delete(tx, [...ownerKey(ctx), nameOf(id, policy.name)]);
      deleteAlarmsSoon(tx, ctx, id, policy.alarms);
    }
    for (const action of ownedBy(tx, ctx, actions, id)) {
      deleteAction(tx, ctx, action);
    }
    return {};
  });
}
