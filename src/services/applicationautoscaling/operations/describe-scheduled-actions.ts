import type { Input, Output } from "../../../wire/operations.ts";
import { listed } from "../listing.ts";
import type { AutoScalingContext } from "../ports.ts";
import { actions, describeAction } from "../scheduled-action.ts";

type Request = Input<"applicationautoscaling", "DescribeScheduledActions">;
type Response = Output<"applicationautoscaling", "DescribeScheduledActions">;

/** Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScheduledActions.html */
export async function describeScheduledActions(
  ctx: AutoScalingContext,
  input: Request,
): Promise<Response> {
  const { ScheduledActionNames: names } = input;
  return ctx.store.read((tx) => {
    const { items, ...page } = listed(tx, ctx, input, {
      records: actions,
      isWanted: ({ name }) => names === undefined || names.includes(name),
    });
    return { ScheduledActions: items.map((action) => describeAction(ctx, action)), ...page };
  });
}
