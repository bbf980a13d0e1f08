import type { Input, Output } from "../../../wire/operations.ts";
import { policyNotFound } from "../errors.ts";
import { idOf, nameOf, ownerKey } from "../keys.ts";
import { policies } from "../policy.ts";
import { deleteAlarmsSoon } from "../policy-alarms.ts";
import type { AutoScalingContext } from "../ports.ts";

type Request = Input<"applicationautoscaling", "DeleteScalingPolicy">;
type Response = Output<"applicationautoscaling", "DeleteScalingPolicy">;

/** Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScalingPolicy.html */
export async function deleteScalingPolicy(
  ctx: AutoScalingContext,
  input: Request,
): Promise<Response> {
  const id = idOf(input);
  const key = [...ownerKey(ctx), nameOf(id, input.PolicyName)];
  return ctx.store.write((tx) => {
    const policy = policies.get(tx, key);
    if (policy === undefined) {
      throw policyNotFound(id, input.PolicyName);
    }
    policies.delete(tx, key);
    deleteAlarmsSoon(tx, ctx, id, policy.alarms);
    return {};
  });
}
