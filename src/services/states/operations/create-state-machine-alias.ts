import { describedRouting, routingOf } from "../alias-routing.ts";
import { machineArn } from "../arns.ts";
import { conflict, quotaExceeded } from "../errors.ts";
import { aliases, ownedKey } from "../keys.ts";
import { ALIASES_MAX } from "../limits.ts";
import type { Alias } from "../machine-record.ts";
import type { StatesOperation } from "../ports.ts";

/**
 * The same request again gets the same answer.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html
 */
export const createStateMachineAlias: StatesOperation<"CreateStateMachineAlias"> = async (
  ctx,
  input,
) =>
  ctx.store.write((tx) => {
    const { owner, machine, routing } = routingOf(tx, input.routingConfiguration);
    const { name, description } = input;
    const key = ownedKey(owner, machine);
    const arn = `${machineArn(owner, machine)}:${name}`;
    const alias: Alias = {
      ...{ name, description, routing },
      createdMs: ctx.nowMs,
      updatedMs: ctx.nowMs,
    };
    const earlier = aliases.get(tx, [...key, name]);
    if (earlier !== undefined) {
      const text = (it: Alias): string =>
        JSON.stringify([it.description, describedRouting(owner, machine, it)]);
      if (text(earlier) !== text(alias)) {
        throw conflict(`Alias already exists with a different configuration: ${arn}`);
      }
      return { stateMachineAliasArn: arn, creationDate: new Date(earlier.createdMs) };
    }
    if ([...aliases.list(tx, { prefix: key })].length >= ALIASES_MAX) {
      throw quotaExceeded(
        `The number of aliases of a state machine cannot exceed the limit of ${ALIASES_MAX}.`,
      );
    }
    aliases.put(tx, [...key, name], alias);
    return { stateMachineAliasArn: arn, creationDate: new Date(ctx.nowMs) };
  });
