import type { Input, Output } from "../../../wire/operations.ts";
import { limitExceeded } from "../errors.ts";
import { nameOf, ownerKey } from "../keys.ts";
import { POLICIES_PER_TARGET_MAX } from "../limits.ts";
import { ownedBy } from "../owned.ts";
import { policies, policyArn, trackingOf } from "../policy.ts";
import type { AutoScalingContext } from "../ports.ts";
import { requireScalable, requireTarget } from "../target.ts";

type Request = Input<"applicationautoscaling", "PutScalingPolicy">;
type Response = Output<"applicationautoscaling", "PutScalingPolicy">;

/** Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html */
export async function putScalingPolicy(ctx: AutoScalingContext, input: Request): Promise<Response> {
  const id = requireScalable(input, "PutScalingPolicy");
  return ctx.store.write((tx) => {
    requireTarget(tx, ctx, id);
    const key = [...ownerKey(ctx), nameOf(id, input.PolicyName)];
    const present = policies.get(tx, key);
    const tracking = trackingOf(id, input, present);
    if (present === undefined && ownedBy(tx, ctx, policies, id).length >= POLICIES_PER_TARGET_MAX) {
      throw limitExceeded(`A scalable target has at most ${POLICIES_PER_TARGET_MAX} policies`);
    }
    const policy = {
      ...id,
      name: input.PolicyName,
      id: present?.id ?? tx.random.uuid(),
      createdMs: present?.createdMs ?? tx.nowMs,
      tracking,
    };
    policies.put(tx, key, policy);
    return { PolicyARN: policyArn(ctx, policy), Alarms: [] };
  });
}
