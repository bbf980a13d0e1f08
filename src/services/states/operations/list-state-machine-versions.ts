import { machineArn } from "../arns.ts";
import { invalidToken } from "../errors.ts";
import { ownedKey, versions } from "../keys.ts";
import { pageSize, pageToken, placeOf } from "../paging.ts";
import type { StatesOperation } from "../ports.ts";
import { existingMachine } from "../target.ts";

/**
 * The youngest first.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineVersions.html
 */
export const listStateMachineVersions: StatesOperation<"ListStateMachineVersions"> = async (
  ctx,
  input,
) => {
  const place = input.nextToken === undefined ? undefined : placeOf(input.nextToken);
  if (input.nextToken !== undefined && place?.length !== 1) {
    throw invalidToken();
  }
  const limit = pageSize(input.maxResults);
  return ctx.store.read((tx) => {
    const { owner, name } = existingMachine(tx, input.stateMachineArn);
    const prefix = ownedKey(owner, name);
    const until = place === undefined ? undefined : [...prefix, ...place];
    const found = [...versions.list(tx, { prefix, until, reverse: true, limit: limit + 1 })];
    const page = found.slice(0, limit).map(({ record }) => record);
    const last = page.at(-1);
    return {
      stateMachineVersions: page.map(({ number, createdMs }) => ({
        stateMachineVersionArn: `${machineArn(owner, name)}:${number}`,
        creationDate: new Date(createdMs),
      })),
      ...(found.length > limit && last && { nextToken: pageToken([last.number]) }),
    };
  });
};
