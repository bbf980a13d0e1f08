/**
 * Which workflow variables each state of a definition reads.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
 */
import { jsonataVariables } from "./data/jsonata-variables.ts";
import { pathVariables } from "./data/path-variables.ts";
import { isArray, isObject, type Json, type JsonObject } from "./data/scope.ts";

export type VariableReferences = { readonly [stateName: string]: readonly string[] };

/** Members that hold states of their own, and say nothing of this one's variables. */
const INNER_MACHINES: readonly string[] = ["Branches", "ItemProcessor", "Iterator"];

/** States that read none are left out; names are in the order of their first appearance. */
export function variableReferences(definition: JsonObject): VariableReferences {
  const found = new Map<string, readonly string[]>();
  collect(definition, definition.QueryLanguage === "JSONata", found);
  return Object.fromEntries(found);
}

function collect(
  machine: JsonObject,
  isJsonata: boolean,
  found: Map<string, readonly string[]>,
): void {
  for (const [name, state] of Object.entries(isObject(machine.States) ? machine.States : {})) {
    if (!isObject(state)) {
      continue;
    }
    const { QueryLanguage: language } = state;
    const own = language === undefined ? isJsonata : language === "JSONata";
    const names = new Set<string>();
    for (const [field, value] of Object.entries(state)) {
      if (!INNER_MACHINES.includes(field)) {
        addNames(field, value, { isJsonata: own, names });
      }
    }
    if (names.size > 0) {
      found.set(name, [...names]);
    }
    const branches = isArray(state.Branches) ? state.Branches : [];
    for (const inner of [state.ItemProcessor, state.Iterator, ...branches]) {
      if (isObject(inner)) {
        collect(inner, isJsonata, found);
      }
    }
  }
}

interface Reading {
  readonly isJsonata: boolean;
  readonly names: Set<string>;
}

function addNames(field: string, value: Json, reading: Reading): void {
  const { isJsonata, names } = reading;
  if (typeof value === "string") {
    const read = isJsonata ? jsonataVariables(value) : isRead(field) ? pathVariables(value) : [];
    for (const name of read) {
      names.add(name);
    }
    return;
  }
  if (isArray(value)) {
    for (const item of value) {
      addNames(field, item, reading);
    }
    return;
  }
  for (const [member, item] of Object.entries(isObject(value) ? value : {})) {
    addNames(member, item, reading);
  }
}

/** In JSONPath, whether the text of a field is a path or an intrinsic function. */
function isRead(field: string): boolean {
  return field === "Variable" || field.endsWith(".$") || /.Path$/.test(field);
}
