/**
 * What AWS refuses in the JSONata of a definition when it is created: text that is no expression, and references to a
 * context item, which a state does not have (its data is `$states` and variables).
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html, and messages of
 * `ValidateStateMachineDefinition` quoted in https://github.com/floci-io/floci/pull/2699
 */

import { cached } from "../../json-path/bounded-cache.ts";
import { expressionIn } from "./expression-text.ts";
import { compileJsonata } from "./jsonata-library.ts";
import { isArray, isObject, type Json } from "./scope.ts";

export interface JsonataProblem {
  /** Where in the definition: `/States/Total/Output/sum`. */
  readonly pointer: string;
  readonly code: "INVALID_JSONATA_EXPRESSION" | "UNSUPPORTED_JSONATA_EXPRESSION";
  readonly message: string;
}

type Found = Omit<JsonataProblem, "pointer">;

/** Of every expression in `value`, whose own place in the definition is `pointer`. */
export function jsonataProblems(value: Json, pointer: string): readonly JsonataProblem[] {
  if (typeof value === "string") {
    const expression = expressionIn(value);
    const found = expression === undefined ? [] : problemsOf(expression);
    return found.map((problem) => ({ pointer, ...problem }));
  }
  if (isArray(value)) {
    return value.flatMap((item, index) => jsonataProblems(item, `${pointer}[${index}]`));
  }
  return isObject(value)
    ? Object.entries(value).flatMap(([name, member]) =>
        jsonataProblems(member, `${pointer}/${name}`),
      )
    : [];
}

const problemsOf: (expression: string) => readonly Found[] = cached((expression) => {
  try {
    const names = new Set<string>();
    visit(compileJsonata(expression).ast() as Node, "top", names);
    return [...names].map((name) => ({
      code: "UNSUPPORTED_JSONATA_EXPRESSION",
      message: `Reference to '${name}' at the top level is not supported.`,
    }));
  } catch (error) {
    const message =
      error instanceof RangeError
        ? "Expression is nested too deeply"
        : String((error as { readonly message?: unknown }).message);
    return [{ code: "INVALID_JSONATA_EXPRESSION", message }];
  }
});

/** A part of an expression; the library's own type leaves most members out. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly [member: string]: unknown;
}

/** Members of a path step that look at the step's own values, rather than at the context. */
const INNER_MEMBERS: ReadonlySet<string> = new Set(["stages", "predicate", "group", "terms"]);
const NAMES_OF: Readonly<Record<string, string>> = { wildcard: "*", descendant: "**", parent: "%" };

function visit(node: Node, context: "top" | "inner", names: Set<string>): void {
  if (node.type === "path") {
    const [first, ...rest] = node["steps"] as readonly Node[];
    visitAll(first, context, names);
    visitAll(rest, "inner", names);
    visitAll(node["group"], "inner", names);
    return;
  }
  const name = contextReference(node);
  if (name === "$$" || (name !== undefined && context === "top")) {
    names.add(name);
  }
  if (node.type === "transform") {
    visitAll([node["pattern"], node["update"], node["delete"]], "inner", names);
    return;
  }
  for (const [member, child] of Object.entries(node)) {
    visitAll(child, INNER_MEMBERS.has(member) ? "inner" : context, names);
  }
}

function visitAll(children: unknown, context: "top" | "inner", names: Set<string>): void {
  if (Array.isArray(children)) {
    for (const child of children) {
      visitAll(child, context, names);
    }
  } else if (typeof children === "object" && children !== null && !(children instanceof RegExp)) {
    visit(children as Node, context, names);
  }
}

function contextReference({ type = "", value }: Node): string | undefined {
  if (type === "name") {
    return String(value);
  }
  if (type === "variable" && (value === "" || value === "$")) {
    return `$${value}`;
  }
  return NAMES_OF[type];
}
