import { existingAlias } from "../alias-routing.ts";
import { aliases, ownedKey } from "../keys.ts";
import type { StatesOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineAlias.html */
export const deleteStateMachineAlias: StatesOperation<"DeleteStateMachineAlias"> = async (
  ctx,
  input,
) => {
  await ctx.store.write((tx) => {
    const { owner, machine, alias } = existingAlias(tx, input.stateMachineAliasArn);
    aliases.delete(tx, [...ownedKey(owner, machine), alias.name]);
  });
  return {};
};
