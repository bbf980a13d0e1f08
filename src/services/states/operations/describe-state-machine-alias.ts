import { describedRouting, existingAlias } from "../alias-routing.ts";
import type { StatesOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineAlias.html */
export const describeStateMachineAlias: StatesOperation<"DescribeStateMachineAlias"> = async (
  ctx,
  input,
) =>
  ctx.store.read((tx) => {
    const { owner, machine, alias } = existingAlias(tx, input.stateMachineAliasArn);
    return {
      stateMachineAliasArn: input.stateMachineAliasArn,
      name: alias.name,
      ...(alias.description !== undefined && { description: alias.description }),
      routingConfiguration: describedRouting(owner, machine, alias),
      creationDate: new Date(alias.createdMs),
      updateDate: new Date(alias.updatedMs),
    };
  });
