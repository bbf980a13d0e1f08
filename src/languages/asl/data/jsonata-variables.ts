/**
 * The workflow variables that a JSONata expression reads: those it neither binds itself nor calls as
 * functions of the language.
 */
import { cached } from "../../json-path/bounded-cache.ts";
import { expressionIn } from "./expression-text.ts";
import { compileJsonata } from "./jsonata-library.ts";
import { isReservedName } from "./jsonata-names.ts";

/** None for a text that is no expression. */
export function jsonataVariables(text: string): readonly string[] {
  const expression = expressionIn(text);
  return expression === undefined ? [] : variablesOf(expression);
}

const variablesOf: (expression: string) => readonly string[] = cached((expression) => {
  const names = new Set<string>();
  try {
    visit(compileJsonata(expression).ast(), new Set(), names);
  } catch {
    return [];
  }
  return [...names];
});

/** A part of an expression; the library's own type leaves most members out. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly [member: string]: unknown;
}

/** What a node binds is bound for those that come after it in `bound`. */
function visit(value: unknown, bound: Set<string>, names: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) {
      visit(item, bound, names);
    }
    return;
  }
  if (typeof value !== "object" || value === null || value instanceof RegExp) {
    return;
  }
  const node = value as Node;
  switch (node.type) {
    case "variable":
      visitVariable(node, bound, names);
      break;
    case "bind": {
      const { lhs, rhs } = node as { readonly lhs?: Node; readonly rhs?: unknown };
      visit(rhs, bound, names);
      bound.add(String(lhs?.value));
      break;
    }
    case "lambda": {
      const { arguments: parameters = [], body } = node as {
        readonly arguments?: readonly Node[];
        readonly body?: unknown;
      };
      visit(body, new Set([...bound, ...parameters.map((each) => String(each.value))]), names);
      break;
    }
    case "block":
    case "path":
      visitMembers(node, new Set(bound), names);
      break;
    default:
      visitMembers(node, bound, names);
  }
}

function visitVariable(node: Node, bound: Set<string>, names: Set<string>): void {
  const name = String(node.value);
  if (name !== "" && !name.startsWith("$") && !bound.has(name) && !isReservedName(name)) {
    names.add(name);
  }
  visitMembers(node, bound, names);
}

/** Steps of a path bind their focus (`@$x`) and index (`#$i`) for those after them. */
function visitMembers(node: Node, bound: Set<string>, names: Set<string>): void {
  for (const name of [node["focus"], node["index"]]) {
    if (typeof name === "string") {
      bound.add(name);
    }
  }
  for (const child of Object.values(node)) {
    visit(child, bound, names);
  }
}
