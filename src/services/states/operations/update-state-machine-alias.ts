import { existingAlias, routingOf } from "../alias-routing.ts";
import { validationException } from "../errors.ts";
import { aliases, ownedKey } from "../keys.ts";
import type { StatesOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachineAlias.html */
export const updateStateMachineAlias: StatesOperation<"UpdateStateMachineAlias"> = async (
  ctx,
  input,
) => {
  const { description, routingConfiguration } = input;
  if (description === undefined && routingConfiguration === undefined) {
    throw validationException("Either the description or the routing configuration must be given");
  }
  await ctx.store.write((tx) => {
    const { owner, machine, alias } = existingAlias(tx, input.stateMachineAliasArn);
    const routed = routingConfiguration && routingOf(tx, routingConfiguration);
    if (routed !== undefined && routed.machine !== machine) {
      throw validationException("Routing configuration must contain versions of one state machine");
    }
    aliases.put(tx, [...ownedKey(owner, machine), alias.name], {
      ...alias,
      ...(description !== undefined && { description }),
      ...(routed !== undefined && { routing: routed.routing }),
      updatedMs: ctx.nowMs,
    });
  });
  return { updateDate: new Date(ctx.nowMs) };
};
