import { parseMachineArn } from "../arns.ts";
import { conflict, validationException } from "../errors.ts";
import { aliases, ownedKey, versions } from "../keys.ts";
import type { StatesOperation } from "../ports.ts";

/**
 * Deleting what does not exist succeeds.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineVersion.html
 */
export const deleteStateMachineVersion: StatesOperation<"DeleteStateMachineVersion"> = async (
  ctx,
  input,
) => {
  const { name, qualifier, ...owner } = parseMachineArn(input.stateMachineVersionArn);
  if (qualifier === undefined || !/^\d+$/.test(qualifier)) {
    throw validationException("The provided ARN is not a state machine version ARN");
  }
  const number = Number(qualifier);
  await ctx.store.write((tx) => {
    const prefix = ownedKey(owner, name);
    const users = [...aliases.list(tx, { prefix })]
      .filter(({ record }) => record.routing.some(({ version }) => version === number))
      .map(({ record }) => record.name);
    if (users.length > 0) {
      throw conflict(
        "Version to be deleted must not be referenced by an alias. Current list of aliases " +
          `referencing version ${number}: [${users.join(", ")}]`,
      );
    }
    versions.delete(tx, [...prefix, number]);
  });
  return {};
};
