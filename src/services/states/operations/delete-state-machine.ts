import { parseMachineArn } from "../arns.ts";
import { machines, ownedKey } from "../keys.ts";
import type { StatesOperation } from "../ports.ts";
import { removeMachine } from "../removal.ts";

/**
 * Deleting what does not exist succeeds. Executions that run are ended first; until they have, the
 * machine is DELETING.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
 */
export const deleteStateMachine: StatesOperation<"DeleteStateMachine"> = async (ctx, input) => {
  const { name, ...owner } = parseMachineArn(input.stateMachineArn);
  await ctx.store.write((tx) => {
    const key = ownedKey(owner, name);
    const machine = machines.get(tx, key);
    if (machine !== undefined && machine.status === "ACTIVE") {
      machines.put(tx, key, { ...machine, status: "DELETING" });
      removeMachine(tx, owner, name);
    }
  });
  return {};
};
