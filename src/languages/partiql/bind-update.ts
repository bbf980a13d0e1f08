/**
 * SET and REMOVE clauses as an update of DynamoDB, with parameters put in.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html
 * and recorded answers of October 2026 (https://github.com/paritysuite/dynamodb-conformance,
 * tests/tier2/partiql/setFunctions.test.ts).
 */
import { typeOf } from "../dynamodb/attribute-value.ts";
import type { DocumentPath } from "../dynamodb/bindings.ts";
import { requireSeparate } from "../dynamodb/document-path.ts";
import { ExpressionFault } from "../dynamodb/expression-error.ts";
import type { Update, UpdateAction, UpdateOperand } from "../dynamodb/update.ts";
import { literalOf } from "./literal.ts";
import type { Parameters } from "./parameters.ts";
import { faultAt, StatementError } from "./statement-error.ts";
import type { AssignmentSyntax, Expression, ExpressionOf } from "./syntax.ts";

export function bindUpdate(
  assignments: readonly AssignmentSyntax[],
  parameters: Parameters,
): Update {
  const actions = assignments.map((assignment) => bindAssignment(assignment, parameters));
  try {
    requireSeparate(actions.map(({ path }) => path));
  } catch (error) {
    throw error instanceof ExpressionFault ? new StatementError(error.message) : error;
  }
  return { actions };
}

function bindAssignment(assignment: AssignmentSyntax, parameters: Parameters): UpdateAction {
  const { path } = assignment;
  if (assignment.kind === "remove") {
    return { kind: "remove", path };
  }
  const { value } = assignment;
  if (value.kind === "call" && (value.name === "set_add" || value.name === "set_delete")) {
    return bindSetChange(path, value, parameters);
  }
  return { kind: "set", path, operand: bindOperand(value, parameters) };
}

function bindSetChange(
  path: DocumentPath,
  { name, operands, place }: ExpressionOf<"call">,
  parameters: Parameters,
): UpdateAction {
  const title = name.toUpperCase();
  const [target, change] = operands;
  if (operands.length !== 2 || target === undefined || change === undefined) {
    throw faultAt(`${title} must have exactly two arguments`, place);
  }
  if (target.kind !== "path" || !isSame(target.path, path)) {
    throw faultAt(`The first argument to ${title} must equal the assignment value`, place);
  }
  const value = change.kind === "path" ? undefined : literalOf(change, parameters);
  const type = value && typeOf(value);
  if (value === undefined || (type !== "SS" && type !== "NS" && type !== "BS")) {
    throw faultAt(`The second argument to ${title} must be a value with type SET`, target.place);
  }
  return { kind: name === "set_add" ? "add" : "delete", path, value };
}

function isSame(a: DocumentPath, b: DocumentPath): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

function bindOperand(expression: Expression, parameters: Parameters): UpdateOperand {
  switch (expression.kind) {
    case "path":
      return { kind: "path", path: expression.path };
    case "call":
      return bindListAppend(expression, parameters);
    case "arithmetic": {
      const { operator } = expression;
      if (operator !== "+" && operator !== "-") {
        throw faultAt(`Unsupported operation: ${operator}`, expression.place);
      }
      return {
        kind: operator === "+" ? "add" : "subtract",
        left: bindOperand(expression.left, parameters),
        right: bindOperand(expression.right, parameters),
      };
    }
    default:
      return { kind: "value", value: literalOf(expression, parameters) };
  }
}

function bindListAppend(expression: ExpressionOf<"call">, parameters: Parameters): UpdateOperand {
  const { name, operands, place } = expression;
  if (name === "set_add" || name === "set_delete") {
    throw faultAt(`${name.toUpperCase()} must be all that is assigned`, place);
  }
  if (name !== "list_append") {
    throw faultAt(`Unrecognized function: ${name}`, place);
  }
  const [left, right] = operands;
  if (operands.length !== 2 || left === undefined || right === undefined) {
    throw faultAt("LIST_APPEND must have exactly two arguments", place);
  }
  return {
    kind: "listAppend",
    left: bindOperand(left, parameters),
    right: bindOperand(right, parameters),
  };
}
