import { AwsError } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { readCapacity } from "../capacity.ts";
import { validation } from "../errors.ts";
import { targetKey } from "../keys.ts";
import type { AutoScalingContext } from "../ports.ts";
import {
  newTarget,
  putTarget,
  requireBounds,
  requireScalable,
  type Target,
  targetArn,
  targets,
} from "../target.ts";

type Request = Input<"applicationautoscaling", "RegisterScalableTarget">;
type Response = Output<"applicationautoscaling", "RegisterScalableTarget">;

/**
 * The table is asked for before anything is written: there is nothing to scale on demand.
 * Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
 */
export async function registerScalableTarget(
  ctx: AutoScalingContext,
  input: Request,
): Promise<Response> {
  const id = requireScalable(input, "RegisterScalableTarget");
  try {
    await readCapacity(ctx.dispatcher, ctx, id);
  } catch (error) {
    throw error instanceof AwsError ? validation(error.message) : error;
  }
  return ctx.store.write((tx) => {
    const present = targets.get(tx, targetKey(ctx, id));
    const bounds = boundsOf(input, present);
    const target = present ?? newTarget(tx, ctx, id, bounds);
    const changed: Target = {
      ...target,
      ...bounds,
      roleArn: input.RoleARN ?? target.roleArn,
      suspended: { ...target.suspended, ...input.SuspendedState },
      tags: present === undefined ? (input.Tags ?? {}) : target.tags,
    };
    putTarget(tx, ctx, changed);
    return { ScalableTargetARN: targetArn(ctx, changed) };
  });
}

function boundsOf(input: Request, present: Target | undefined): { min: number; max: number } {
  if (present !== undefined && input.Tags !== undefined) {
    throw validation(
      "The scalable target that you tried to tag already exists. " +
        "To update tags on an existing scalable target, use the TagResource API.",
    );
  }
  const min = input.MinCapacity ?? present?.min;
  const max = input.MaxCapacity ?? present?.max;
  if (min === undefined || max === undefined) {
    throw validation(
      "MinCapacity and MaxCapacity must both be specified when registering a new scalable target",
    );
  }
  requireBounds({ min, max });
  return { min, max };
}
