import type { WriteTx } from "../../../store/store.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { limitExceeded } from "../errors.ts";
import { nameOf, type Owner, ownerKey, type TargetId } from "../keys.ts";
import { POLICIES_PER_TARGET_MAX } from "../limits.ts";
import { ownedBy } from "../owned.ts";
import { type Policy, type PolicyAlarm, policies, policyArn, trackingOf } from "../policy.ts";
import { deleteAlarmsSoon, describeAlarms, newAlarms, putAlarmsSoon } from "../policy-alarms.ts";
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
      alarms: alarmsOf(tx, ctx, { id, tracking, present }),
      revision: (present?.revision ?? 0) + 1,
    };
    policies.put(tx, key, policy);
    putAlarmsSoon(tx, ctx, policy);
    return { PolicyARN: policyArn(ctx, policy), Alarms: describeAlarms(ctx, policy) };
  });
}

/** A policy keeps its alarms as long as it has the same kind of metric. */
function alarmsOf(
  tx: WriteTx,
  owner: Owner,
  policy: {
    readonly id: TargetId;
    readonly tracking: Policy["tracking"];
    readonly present: Policy | undefined;
  },
): readonly PolicyAlarm[] {
  const { id, tracking, present } = policy;
  const isCustom = tracking.CustomizedMetricSpecification !== undefined;
  const wasCustom = present?.tracking.CustomizedMetricSpecification !== undefined;
  if (present?.alarms !== undefined && isCustom === wasCustom) {
    return present.alarms;
  }
  deleteAlarmsSoon(tx, owner, id, present?.alarms);
  return newAlarms(tx, id, tracking);
}
