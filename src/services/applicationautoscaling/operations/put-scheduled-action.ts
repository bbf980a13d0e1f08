import { isTimeZone } from "../../../languages/schedule/time-zone.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { limitExceeded, validation } from "../errors.ts";
import { nameOf, ownerKey } from "../keys.ts";
import { ACTIONS_PER_TARGET_MAX } from "../limits.ts";
import { ownedBy } from "../owned.ts";
import type { AutoScalingContext } from "../ports.ts";
import { actions, putAction, requireSchedule, type ScheduledAction } from "../scheduled-action.ts";
import { requireBounds, requireScalable, requireTarget } from "../target.ts";

type Request = Input<"applicationautoscaling", "PutScheduledAction">;
type Response = Output<"applicationautoscaling", "PutScheduledAction">;

/** Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html */
export async function putScheduledAction(
  ctx: AutoScalingContext,
  input: Request,
): Promise<Response> {
  const id = requireScalable(input, "PutScheduledAction");
  const name = input.ScheduledActionName;
  return ctx.store.write((tx) => {
    requireTarget(tx, ctx, id);
    const present = actions.get(tx, [...ownerKey(ctx), nameOf(id, name)]);
    if (present === undefined && ownedBy(tx, ctx, actions, id).length >= ACTIONS_PER_TARGET_MAX) {
      throw limitExceeded(
        `A scalable target has at most ${ACTIONS_PER_TARGET_MAX} scheduled actions`,
      );
    }
    putAction(tx, ctx, {
      ...id,
      name,
      id: present?.id ?? tx.random.uuid(),
      createdMs: present?.createdMs ?? tx.nowMs,
      ...timesOf(input, present),
      bounds: boundsOf(input, present),
    });
    return {};
  });
}

type Times = Pick<ScheduledAction, "schedule" | "timeZone" | "startMs" | "endMs">;

/** What a request does not name stays, but for the times between which an action holds. */
function timesOf(input: Request, present: ScheduledAction | undefined): Times {
  const schedule = input.Schedule ?? present?.schedule;
  if (schedule === undefined) {
    throw validation("Schedule must be specified when creating a new scheduled action");
  }
  requireSchedule(schedule);
  const timeZone = input.Timezone ?? present?.timeZone;
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw validation(`Invalid time zone: ${timeZone}`);
  }
  const [startMs, endMs] = [input.StartTime?.getTime(), input.EndTime?.getTime()];
  if (startMs !== undefined && endMs !== undefined && endMs <= startMs) {
    throw validation("EndTime must be later than StartTime");
  }
  return {
    schedule,
    ...(timeZone !== undefined && { timeZone }),
    ...(startMs !== undefined && { startMs }),
    ...(endMs !== undefined && { endMs }),
  };
}

function boundsOf(input: Request, present: ScheduledAction | undefined): ScheduledAction["bounds"] {
  const bounds = input.ScalableTargetAction ?? present?.bounds ?? {};
  const { MinCapacity: min, MaxCapacity: max } = bounds;
  if (min === undefined && max === undefined) {
    throw validation("At least one of MinCapacity and MaxCapacity must be specified");
  }
  requireBounds({ min: min ?? 1, max: max ?? min ?? 1 });
  return bounds;
}
