/**
 * Most expressions of a state machine are simple: `$states.input.order.id`, `$count + 1`, `$states.result.ok = true`.
 * They are answered here, at once and without the library, which takes a promise for every node.
 *
 * The answer is the library's, or `LEFT_TO_LIBRARY`: arrays on the way, mixed types, and whatever else has a rule of its
 * own in JSONata, is left to it, and so is every error. A property test holds the two against each other.
 */

import { cached } from "../../json-path/bounded-cache.ts";
import { compileJsonata } from "./jsonata-library.ts";
import { isArray, isObject, type Json, type Scope } from "./scope.ts";

export const LEFT_TO_LIBRARY: unique symbol = Symbol("left to the library");

/** `undefined`: the expression has no value. */
type Answer = Json | undefined | typeof LEFT_TO_LIBRARY;
type Evaluate = (scope: Scope) => Answer;

export function evaluateSimply(expression: string, scope: Scope): Answer {
  return compiled(expression)(scope);
}

const leave: Evaluate = () => LEFT_TO_LIBRARY;

const compiled: (expression: string) => Evaluate = cached((expression) => {
  try {
    return compile(compileJsonata(expression).ast() as Node) ?? leave;
  } catch {
    return leave;
  }
});

interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly [member: string]: unknown;
}

/** Nodes with any member but these have predicates, bindings or the like. */
const PLAIN_MEMBERS: ReadonlySet<string> = new Set([
  ...["type", "value", "position", "steps", "lhs", "rhs"],
  ...["condition", "then", "else", "expressions"],
]);

function compile(node: Node): Evaluate | undefined {
  if (!Object.keys(node).every((member) => PLAIN_MEMBERS.has(member))) {
    return undefined;
  }
  switch (node.type) {
    case "number":
    case "string":
    case "value": {
      const value = node.value as Json;
      return () => value;
    }
    case "variable":
      return compilePath([node]);
    case "path":
      return compilePath(node["steps"] as readonly Node[]);
    case "binary":
      return compileBinary(node);
    case "condition":
      return compileCondition(node);
    case "unary":
      return node.value === "{" ? compileObject(node) : undefined;
    default:
      return undefined;
  }
}

/** `$variable.name.name`, through objects alone. */
function compilePath([root, ...steps]: readonly Node[]): Evaluate | undefined {
  const name = root?.type === "variable" && isPlain(root) ? String(root.value) : "";
  if (
    name === "" ||
    name === "$" ||
    !steps.every((step) => step.type === "name" && isPlain(step))
  ) {
    return undefined;
  }
  const names = steps.map((step) => String(step.value));
  const [first, ...rest] = names;
  if (name !== "states") {
    return (scope) =>
      Object.hasOwn(scope.variables, name) ? follow(scope.variables[name], names) : LEFT_TO_LIBRARY;
  }
  return first === undefined ? undefined : (scope) => follow(memberOfStates(first, scope), rest);
}

function isPlain(node: Node): boolean {
  return Object.keys(node).every((member) => PLAIN_MEMBERS.has(member));
}

function memberOfStates(name: string, { input, context, states }: Scope): Json | undefined {
  if (name === "input" || name === "context") {
    return name === "input" ? input : context;
  }
  return states !== undefined && Object.hasOwn(states, name) ? states[name] : undefined;
}

function follow(root: Json | undefined, names: readonly string[]): Answer {
  let value = root;
  for (const name of names) {
    if (isArray(value) || name === "length") {
      return LEFT_TO_LIBRARY;
    }
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

type Combine = (left: Answer, right: Answer) => Answer;

function compileBinary(node: Node): Evaluate | undefined {
  const combine = BINARY[String(node.value)];
  const left = compile(node["lhs"] as Node);
  const right = compile(node["rhs"] as Node);
  return combine === undefined || left === undefined || right === undefined
    ? undefined
    : (scope) => combine(left(scope), right(scope));
}

const BINARY: Readonly<Record<string, Combine>> = {
  "+": onNumbers((a, b) => a + b),
  "-": onNumbers((a, b) => a - b),
  "*": onNumbers((a, b) => a * b),
  "=": onScalars((a, b) => a === b),
  "!=": onScalars((a, b) => a !== b),
  "<": onOrdered((a, b) => a < b),
  "<=": onOrdered((a, b) => a <= b),
  ">": onOrdered((a, b) => a > b),
  ">=": onOrdered((a, b) => a >= b),
  and: onBooleans((a, b) => a && b),
  or: onBooleans((a, b) => a || b),
  "&": (a, b) => (typeof a === "string" && typeof b === "string" ? short(a + b) : LEFT_TO_LIBRARY),
};

const TEXT_CHARACTERS_MAX = 1_000_000;

function short(text: string): Answer {
  return text.length > TEXT_CHARACTERS_MAX ? LEFT_TO_LIBRARY : text;
}

function onNumbers(compute: (a: number, b: number) => number): Combine {
  return (a, b) => {
    const result = typeof a === "number" && typeof b === "number" ? compute(a, b) : Number.NaN;
    return Number.isFinite(result) ? result : LEFT_TO_LIBRARY;
  };
}

function onBooleans(compute: (a: boolean, b: boolean) => boolean): Combine {
  return (a, b) =>
    typeof a === "boolean" && typeof b === "boolean" ? compute(a, b) : LEFT_TO_LIBRARY;
}

function onOrdered(compute: (a: string | number, b: string | number) => boolean): Combine {
  return (a, b) => {
    const comparable =
      (typeof a === "number" && typeof b === "number") ||
      (typeof a === "string" && typeof b === "string");
    return comparable ? compute(a, b) : LEFT_TO_LIBRARY;
  };
}

function onScalars(compute: (a: Answer, b: Answer) => boolean): Combine {
  return (a, b) => (isScalar(a) && isScalar(b) ? compute(a, b) : LEFT_TO_LIBRARY);
}

function isScalar(value: Answer): boolean {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function compileCondition(node: Node): Evaluate | undefined {
  const test = compile(node["condition"] as Node);
  const then = compile(node["then"] as Node);
  const otherwise = node["else"] === undefined ? undefined : compile(node["else"] as Node);
  if (test === undefined || then === undefined || otherwise === undefined) {
    return undefined;
  }
  return (scope) => {
    const holds = test(scope);
    if (typeof holds !== "boolean") {
      return LEFT_TO_LIBRARY;
    }
    return holds ? then(scope) : otherwise(scope);
  };
}

/** `{'name': value}` with names written out; a member without a value is left out. */
function compileObject(node: Node): Evaluate | undefined {
  const members: { readonly name: string; readonly value: Evaluate }[] = [];
  for (const [key, child] of node["lhs"] as readonly (readonly [Node, Node])[]) {
    const value = compile(child);
    if (key.type !== "string" || value === undefined) {
      return undefined;
    }
    members.push({ name: String(key.value), value });
  }
  const isDistinct = new Set(members.map(({ name }) => name)).size === members.length;
  return isDistinct ? (scope) => makeObject(members, scope) : undefined;
}

function makeObject(
  members: readonly { readonly name: string; readonly value: Evaluate }[],
  scope: Scope,
): Answer {
  const made: [string, Json][] = [];
  for (const { name, value } of members) {
    const found = value(scope);
    if (found === LEFT_TO_LIBRARY) {
      return LEFT_TO_LIBRARY;
    }
    if (found !== undefined) {
      made.push([name, found]);
    }
  }
  return Object.fromEntries(made);
}
