/** Finding a change set by its id, or by its name and stack. */
import type { ReadTx } from "../../store/store.ts";
import type { ChangeSetRecord } from "./change-set.ts";
import { validationError } from "./errors.ts";
import { changeSets, stacks } from "./keys.ts";
import { lookUpStack } from "./stack-lookup.ts";

export function findChangeSet(
  tx: ReadTx,
  place: { readonly accountId: string; readonly region: string },
  names: { readonly changeSetName: string; readonly stackName: string | undefined },
): ChangeSetRecord | undefined {
  const { changeSetName, stackName } = names;
  const isId = changeSetName.startsWith("arn:");
  if (!isId && stackName === undefined) {
    throw validationError(
      "StackName must be specified if ChangeSetName is not specified as an ARN.",
    );
  }
  if (!isId) {
    const stack = lookUpStack(tx, place, stackName ?? "");
    return stack && changeSets.get(tx, [stack.id, changeSetName]);
  }
  const name = changeSetName.split("/")[1] ?? "";
  for (const { record: stack } of stacks.list(tx, { prefix: [place.accountId, place.region] })) {
    const changeSet = changeSets.get(tx, [stack.id, name]);
    if (changeSet?.id === changeSetName) {
      return changeSet;
    }
  }
  return undefined;
}
