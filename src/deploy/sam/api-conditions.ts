/** Under which conditions of the template the APIs and paths of functions exist. */
import type { Value, ValueObject } from "../../languages/template/value.ts";
import { samNotSupported } from "./sam-error.ts";
import type { SamResource } from "./sam-resource.ts";

const CONDITION_COUNT_MAX = 10;

/**
 * The condition under which any of several things exists; none when one of them always does.
 * Several conditions are combined under `name`.
 */
export function combinedCondition(
  names: readonly (string | undefined)[],
  name: string,
  conditions: Record<string, Value>,
): string | undefined {
  const distinct = [...new Set(names)];
  const [first] = distinct;
  if (first === undefined || distinct.includes(undefined)) {
    return undefined;
  }
  if (distinct.length === 1) {
    return first;
  }
  if (distinct.length > CONDITION_COUNT_MAX) {
    throw samNotSupported(`more than ${CONDITION_COUNT_MAX} conditions of one API`, name);
  }
  const sorted = distinct.filter((item) => item !== undefined).sort();
  conditions[name] = { "Fn::Or": sorted.map((Condition) => ({ Condition })) };
  return name;
}

export function pathConditionName({ logicalId }: SamResource, path: string): string {
  const name = path.replaceAll("/", "SLASH").replaceAll("{", "OB").replaceAll("}", "CB");
  return `${logicalId}${name}PathCondition`;
}

/**
 * The attributes of an implicit API: it exists while any function behind it does, and stays when one
 * of them would. `names` are the conditions of its operations.
 */
export function implicitAttributes(
  { logicalId, attributes }: SamResource,
  behind: readonly SamResource[],
  names: readonly (string | undefined)[],
  conditions: Record<string, Value>,
): ValueObject {
  const all: Record<string, Value> = { ...attributes };
  const condition = combinedCondition(names, `${logicalId}Condition`, conditions);
  if (condition !== undefined) {
    all["Condition"] = condition;
  }
  for (const policy of ["DeletionPolicy", "UpdateReplacePolicy"]) {
    const given = behind.map((resource) => resource.attributes[policy]);
    const strongest = ["Retain", "Delete"].find((value) => given.includes(value));
    if (strongest !== undefined) {
      all[policy] = strongest;
    }
  }
  return all;
}
