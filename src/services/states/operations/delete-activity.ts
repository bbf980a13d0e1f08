import { parseActivityArn } from "../arns.ts";
import { activities, activityTasks, ownedKey } from "../keys.ts";
import type { StatesOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteActivity.html */
export const deleteActivity: StatesOperation<"DeleteActivity"> = async (ctx, input) => {
  const { name, ...owner } = parseActivityArn(input.activityArn);
  await ctx.store.write((tx) => {
    activities.delete(tx, ownedKey(owner, name));
    activityTasks.clear(tx, { prefix: ownedKey(owner, name) });
  });
  return {};
};
