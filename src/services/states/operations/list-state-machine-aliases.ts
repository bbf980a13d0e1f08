import { pageOf } from "../../pages.ts";
import { machineArn, parseMachineArn } from "../arns.ts";
import { machineDoesNotExist } from "../errors.ts";
import { aliases, ownedKey } from "../keys.ts";
import { pageSize } from "../paging.ts";
import type { StatesOperation } from "../ports.ts";
import { findMachine } from "../target.ts";

/**
 * By the ARN of a version, only the aliases that lead to it.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineAliases.html
 */
export const listStateMachineAliases: StatesOperation<"ListStateMachineAliases"> = async (
  ctx,
  input,
) => {
  const { qualifier, ...reference } = parseMachineArn(input.stateMachineArn);
  return ctx.store.read((tx) => {
    if (findMachine(tx, reference) === undefined) {
      throw machineDoesNotExist(input.stateMachineArn);
    }
    const prefix = ownedKey(reference, reference.name);
    const request = { token: input.nextToken, limit: pageSize(input.maxResults) };
    const page = pageOf(tx, { records: aliases, prefix }, request);
    const wanted = page.items.filter(
      ({ record }) =>
        qualifier === undefined ||
        record.routing.some(({ version }) => String(version) === qualifier),
    );
    return {
      stateMachineAliases: wanted.map(({ name, record }) => ({
        stateMachineAliasArn: `${machineArn(reference, reference.name)}:${name}`,
        creationDate: new Date(record.createdMs),
      })),
      ...(page.token !== undefined && { nextToken: page.token }),
    };
  });
};
