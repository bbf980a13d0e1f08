/**
 * `patchOperations`: the dialect of JSON Patch by which every update of API Gateway comes.
 *
 * A table names the paths that a resource has, each with the operations it takes; a path that is
 * not in the table is refused with the list of those that are. `{}` stands for any one part.
 * Source: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import type { PatchOperation } from "../../wire/models/apigateway.gen.ts";
import { badRequest } from "./errors.ts";

export type PatchOp = "add" | "replace" | "remove" | "copy";

export interface PatchStep {
  readonly op: PatchOp;
  /** Unescaped. */
  readonly parts: readonly string[];
  /** `undefined` with `remove`. */
  readonly value: string | undefined;
  readonly from: string | undefined;
}

export interface PatchRule {
  readonly ops: readonly PatchOp[];
  /** Makes the record that the step leads to. */
  readonly apply: (record: JsonObject, step: PatchStep) => JsonObject;
}

export type PatchTable = Readonly<Record<string, PatchRule>>;

/** More in one update are refused. */
const OPERATIONS_MAX = 1_000;

export function patched<T extends object>(
  record: T,
  operations: readonly PatchOperation[] | undefined,
  table: PatchTable,
): T {
  if ((operations?.length ?? 0) > OPERATIONS_MAX) {
    throw badRequest("Too many patch operations specified");
  }
  let current = record as unknown as JsonObject;
  for (const operation of operations ?? []) {
    const step = stepOf(operation);
    current = ruleFor(table, step, operation.path ?? "").apply(current, step);
  }
  return current as unknown as T;
}

function stepOf({ op = "", path = "", value, from }: PatchOperation): PatchStep {
  if (!["add", "replace", "remove", "copy"].includes(op)) {
    throw badRequest(
      `Invalid patch operation specified. Must be one of: [add, remove, replace, copy]`,
    );
  }
  const parts = path.split("/").slice(1).map(unescaped);
  return { op: op as PatchOp, parts, value, from };
}

function unescaped(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

function ruleFor(table: PatchTable, step: PatchStep, path: string): PatchRule {
  const rule = table[path] ?? table[patternOf(table, step.parts) ?? ""];
  if (rule?.ops.includes(step.op)) {
    return rule;
  }
  const known = Object.entries(table)
    .filter(([, { ops }]) => ops.includes(step.op))
    .map(([name]) => name);
  throw badRequest(
    `Invalid patch path  '${path}' specified for op '${step.op}'. Must be one of: [${known.join(", ")}]`,
  );
}

/** The pattern with the most literal parts wins. */
function patternOf(table: PatchTable, parts: readonly string[]): string | undefined {
  let found: string | undefined;
  let literals = -1;
  for (const pattern of Object.keys(table)) {
    const wanted = pattern.split("/").slice(1);
    const fits =
      wanted.length === parts.length &&
      wanted.every((part, index) => part === "{}" || part === parts[index]);
    const count = wanted.filter((part) => part !== "{}").length;
    if (fits && count > literals) {
      found = pattern;
      literals = count;
    }
  }
  return found;
}

export type Read = (text: string, path: string) => unknown;

export const text: Read = (value) => value;

export const number: Read = (value, path) => {
  const result = Number(value);
  if (value.trim() === "" || Number.isNaN(result)) {
    throw badRequest(`Invalid value '${value}' specified for path '${path}'. Must be a number`);
  }
  return result;
};

export const boolean: Read = (value, path) => {
  if (!/^(true|false)$/i.test(value)) {
    throw badRequest(`Invalid boolean value '${value}' specified for path '${path}'`);
  }
  return value.toLowerCase() === "true";
};

const SET: readonly PatchOp[] = ["replace"];
const SET_OR_REMOVE: readonly PatchOp[] = ["add", "replace", "remove"];

/** A member that can be given another value, at the place that the path names. */
export function settable(read: Read): PatchRule {
  return { ops: SET, apply: (record, step) => set(record, step.parts, read, step) };
}

/** One that can be taken away as well: members of maps, optional members. */
export function optional(read: Read): PatchRule {
  return {
    ops: SET_OR_REMOVE,
    apply: (record, step) =>
      step.op === "remove" ? without(record, step.parts) : set(record, step.parts, read, step),
  };
}

/** A list of texts whose members the path itself names: `/binaryMediaTypes/image~1png`. */
export function listedInPath(): PatchRule {
  return {
    ops: SET_OR_REMOVE,
    apply(record, { op, parts, value }) {
      const list = parts.slice(0, -1);
      const named = parts.at(-1) ?? "";
      const before = textsAt(record, list).filter((item) => item !== named);
      const added = op === "add" ? [named] : op === "replace" ? [value ?? ""] : [];
      return setIn(record, list, [...before, ...added]);
    },
  };
}

/** A list of texts whose members are values: `/authorizationScopes`. */
export function listedByValue(): PatchRule {
  return {
    ops: SET_OR_REMOVE,
    apply(record, { op, parts, value = "" }) {
      if (op === "replace") {
        return setIn(record, parts, value === "" ? [] : value.split(","));
      }
      const before = textsAt(record, parts).filter((item) => item !== value);
      return setIn(record, parts, op === "add" ? [...before, value] : before);
    },
  };
}

function textsAt(record: JsonObject, parts: readonly string[]): readonly string[] {
  const list = at(record, parts);
  return Array.isArray(list) ? list.map(String) : [];
}

function set(
  record: JsonObject,
  parts: readonly string[],
  read: Read,
  { value }: PatchStep,
): JsonObject {
  return setIn(record, parts, read(value ?? "", `/${parts.join("/")}`));
}

export function at(record: JsonObject, parts: readonly string[]): unknown {
  let found: unknown = record;
  for (const part of parts) {
    found = isJsonObject(found) && Object.hasOwn(found, part) ? found[part] : undefined;
  }
  return found;
}

export function setIn(record: JsonObject, parts: readonly string[], value: unknown): JsonObject {
  const [first = "", ...rest] = parts;
  const before = Object.hasOwn(record, first) ? record[first] : undefined;
  const inner = isJsonObject(before) ? before : {};
  const after = rest.length === 0 ? value : setIn(inner, rest, value);
  return Object.fromEntries([
    ...Object.entries(record).filter(([key]) => key !== first),
    [first, after],
  ]);
}

export function without(record: JsonObject, parts: readonly string[]): JsonObject {
  const [first = "", ...rest] = parts;
  const inner = Object.hasOwn(record, first) ? record[first] : undefined;
  if (rest.length > 0) {
    return isJsonObject(inner) ? { ...record, [first]: without(inner, rest) } : record;
  }
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== first));
}
