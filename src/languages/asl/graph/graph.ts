/**
 * A definition as a graph: states, what leads from one to the next, and the machines within.
 *
 * Reads any JSON: what is no machine has no states. That a definition is valid is `validate.ts`'s
 * matter.
 */
import { isArray, isObject, type Json, type JsonObject } from "../data/scope.ts";

export interface Graph {
  readonly startAt: string;
  readonly states: readonly GraphState[];
}

export interface GraphState {
  readonly name: string;
  readonly type: string;
  readonly edges: readonly Edge[];
  /** The execution, or the branch, ends with it. */
  readonly isEnd: boolean;
  /** The branches of a Parallel state, the processor of a Map state. */
  readonly inner: readonly Graph[];
}

export interface Edge {
  readonly to: string;
  readonly kind: "next" | "choice" | "default" | "catch";
  /** When it is taken; empty for `next`. */
  readonly label: string;
}

const LABEL_CHARS_MAX = 48;

export function graphOf(definition: Json): Graph {
  const { StartAt: startAt, States: states } = objectOf(definition);
  return {
    startAt: textOf(startAt),
    states: Object.entries(objectOf(states)).map(([name, state]) => stateOf(name, objectOf(state))),
  };
}

function stateOf(name: string, state: JsonObject): GraphState {
  const { Next, Default, Choices, Catch, Branches, ItemProcessor, Iterator: iterator } = state;
  const processor = ItemProcessor ?? iterator;
  return {
    name,
    type: textOf(state["Type"]),
    isEnd: state["End"] === true || state["Type"] === "Succeed" || state["Type"] === "Fail",
    edges: [
      ...edgeTo(Next, "next", ""),
      ...listOf(Choices).flatMap((choice) =>
        edgeTo(objectOf(choice)["Next"], "choice", ruleText(objectOf(choice))),
      ),
      ...edgeTo(Default, "default", "otherwise"),
      ...listOf(Catch).flatMap((catcher) =>
        edgeTo(objectOf(catcher)["Next"], "catch", errorsText(objectOf(catcher))),
      ),
    ],
    inner: [...listOf(Branches), ...(processor === undefined ? [] : [processor])].map(graphOf),
  };
}

function edgeTo(to: Json | undefined, kind: Edge["kind"], label: string): readonly Edge[] {
  return typeof to === "string" ? [{ to, kind, label: shortened(label) }] : [];
}

function errorsText(catcher: JsonObject): string {
  return listOf(catcher["ErrorEquals"]).map(textOf).join(", ");
}

const NO_OPERATOR = ["Variable", "Next", "Comment", "Assign", "Output"];

/** `$.n NumericEquals 1`, `not (...)`, `... and ...`, or the condition in JSONata. */
function ruleText(rule: JsonObject): string {
  const { Condition, And, Or, Not } = rule;
  if (Condition !== undefined) {
    return String(Condition)
      .replace(/^\{%\s*|\s*%\}$/g, "")
      .replace(/\s+/g, " ");
  }
  if (Not !== undefined) {
    return `not (${ruleText(objectOf(Not))})`;
  }
  const parts = And ?? Or;
  if (parts !== undefined) {
    const word = And === undefined ? " or " : " and ";
    return listOf(parts)
      .map((part) => ruleText(objectOf(part)))
      .join(word);
  }
  const operator = Object.keys(rule).find((key) => !NO_OPERATOR.includes(key)) ?? "";
  return `${textOf(rule["Variable"])} ${operator} ${JSON.stringify(rule[operator] ?? null)}`;
}

function shortened(text: string): string {
  return text.length > LABEL_CHARS_MAX ? `${text.slice(0, LABEL_CHARS_MAX - 1)}…` : text;
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return isArray(value) ? value : [];
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
