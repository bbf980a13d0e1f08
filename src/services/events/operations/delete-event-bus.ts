import { busIdOf, DEFAULT_BUS } from "../bus.ts";
import { validationException } from "../errors.ts";
import { buses, busKey, ruleChanges, rules } from "../keys.ts";
import type { EventsOperation } from "../ports.ts";

/** A bus that is not there is no error. */
export const deleteEventBus: EventsOperation<"DeleteEventBus"> = async (ctx, input) => {
  const id = busIdOf(ctx, input.Name);
  if (id.name === DEFAULT_BUS) {
    throw validationException("Cannot delete event bus default.");
  }
  await ctx.store.write((tx) => {
    const [rule] = rules.list(tx, { prefix: busKey(id), limit: 1 });
    if (rule !== undefined) {
      throw validationException("EventBus can't be deleted since it has rules.");
    }
    buses.delete(tx, busKey(id));
    ruleChanges.clear(tx, { prefix: busKey(id) });
  });
};
