/** The values of expressions: https://velocity.apache.org/engine/1.7/vtl-reference.html */
import { applyOperator } from "./arithmetic.ts";
import type { Budget } from "./budget.ts";
import {
  assignElement,
  assignProperty,
  callMethod,
  elementOf,
  propertyOf,
} from "./methods/members.ts";
import type { Scope } from "./scope.ts";
import type { Block, Expression, Reference, ReferenceStep } from "./syntax.ts";
import { TemplateError } from "./template-error.ts";
import { ListValue, MapValue, type Value } from "./value.ts";

export interface Evaluation {
  readonly budget: Budget;
  /** What a block prints, as text between double quotes. */
  print(block: Block, scope: Scope): string;
}

type Of<K extends Expression["kind"]> = Expression & { readonly kind: K };

/** `null` where there is no value. */
export function evaluate(expression: Expression, scope: Scope, evaluation: Evaluation): Value {
  evaluation.budget.spend(1);
  switch (expression.kind) {
    case "reference":
      return readReference(expression, scope, evaluation);
    case "literal":
      return expression.value;
    case "interpolation":
      return evaluation.print(expression.body, scope);
    case "list":
      return new ListValue(expression.items.map((item) => evaluate(item, scope, evaluation)));
    case "map":
      return new MapValue(
        expression.entries.map(([key, value]) => [
          evaluate(key, scope, evaluation),
          evaluate(value, scope, evaluation),
        ]),
      );
    case "range":
      return range(expression, scope, evaluation);
    case "not":
    case "and":
    case "or":
      return isTrue(expression, scope, evaluation);
    case "binary":
      return binary(expression, scope, evaluation);
    case "word":
      return null;
  }
}

/** As a condition: what is no reference and no comparison is false, an empty string of a reference is true. */
export function isTrue(expression: Expression, scope: Scope, evaluation: Evaluation): boolean {
  evaluation.budget.spend(1);
  switch (expression.kind) {
    case "not":
      return !isTrue(expression.operand, scope, evaluation);
    case "and":
      return (
        isTrue(expression.left, scope, evaluation) && isTrue(expression.right, scope, evaluation)
      );
    case "or":
      return (
        isTrue(expression.left, scope, evaluation) || isTrue(expression.right, scope, evaluation)
      );
    case "reference": {
      const value = readReference(expression, scope, evaluation);
      return value !== null && value !== false;
    }
    default:
      return evaluate(expression, scope, evaluation) === true;
  }
}

function binary(expression: Of<"binary">, scope: Scope, evaluation: Evaluation): Value {
  const left = evaluate(expression.left, scope, evaluation);
  const right = evaluate(expression.right, scope, evaluation);
  if (expression.operator === "+") {
    // What is appended to a string without having a value is appended as it is written.
    const [a, b] = [orText(left, expression.left, right), orText(right, expression.right, left)];
    return applyOperator("+", a, b, evaluation.budget);
  }
  return applyOperator(expression.operator, left, right, evaluation.budget);
}

function orText(value: Value, expression: Expression, other: Value): Value {
  return value === null && typeof other === "string" && expression.kind === "reference"
    ? expression.text
    : value;
}

/** Upwards or downwards, with both ends. Not a list of whole numbers otherwise. */
function range(expression: Of<"range">, scope: Scope, evaluation: Evaluation): Value {
  const from = evaluate(expression.from, scope, evaluation);
  const to = evaluate(expression.to, scope, evaluation);
  if (typeof from !== "bigint" || typeof to !== "bigint") {
    return null;
  }
  const step = from <= to ? 1n : -1n;
  const count = (to - from) * step + 1n;
  evaluation.budget.spend(Number(count));
  return new ListValue(Array.from({ length: Number(count) }, (_, at) => from + BigInt(at) * step));
}

export function readReference(reference: Reference, scope: Scope, evaluation: Evaluation): Value {
  let value = scope.get(reference.name);
  for (const step of reference.steps) {
    if (value === null) {
      return null;
    }
    value = located(reference, () =>
      follow(step, value as Exclude<Value, null>, scope, evaluation),
    );
  }
  return value;
}

function follow(
  step: ReferenceStep,
  value: Exclude<Value, null>,
  scope: Scope,
  evaluation: Evaluation,
): Value {
  const { budget } = evaluation;
  switch (step.kind) {
    case "property":
      return propertyOf(value, step.name, budget);
    case "index":
      return elementOf(value, evaluate(step.index, scope, evaluation), budget);
    case "method": {
      const values = step.arguments.map((operand) => evaluate(operand, scope, evaluation));
      return callMethod(value, step.name, values, budget);
    }
  }
}

/** Errors say where: the innermost reference that failed. */
function located<T>(reference: Reference, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof TemplateError && !/ at line \d+, column \d+$/.test(error.message)) {
      const { line, column } = reference.place;
      throw new TemplateError(`${error.message} at line ${line}, column ${column}`);
    }
    throw error;
  }
}

/** What `#set` does. A value that is not there is not assigned; a place that is not there takes nothing. */
export function assign(
  target: Reference,
  value: Value,
  scope: Scope,
  evaluation: Evaluation,
): void {
  const last = target.steps.at(-1);
  if (last === undefined) {
    scope.set(target.name, value);
    return;
  }
  const steps = target.steps.slice(0, -1);
  const owner = readReference({ ...target, steps }, scope, evaluation);
  if (owner === null) {
    return;
  }
  located(target, () => {
    if (last.kind === "property") {
      assignProperty(owner, last.name, value);
    } else if (last.kind === "index") {
      const index = evaluate(last.index, scope, evaluation);
      assignElement(owner, index, value, evaluation.budget);
    }
  });
}
