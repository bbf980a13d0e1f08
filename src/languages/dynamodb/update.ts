/** Update expressions with names and values put in. Binding reports the first fault of the text. */
import { type AttributeType, type AttributeValue, typeOf } from "./attribute-value.ts";
import type { Bindings, DocumentPath } from "./bindings.ts";
import { requireSeparate } from "./document-path.ts";
import { ExpressionFault } from "./expression-error.ts";
import { pathRequired, requireOperandCount, requireOperandType } from "./operand-checks.ts";
import type { CallSyntax, UpdateActionSyntax, UpdateSyntax, UpdateValueSyntax } from "./syntax.ts";

export type UpdateOperand =
  | { readonly kind: "path"; readonly path: DocumentPath }
  | { readonly kind: "value"; readonly value: AttributeValue }
  | { readonly kind: "ifNotExists"; readonly path: DocumentPath; readonly otherwise: UpdateOperand }
  | {
      readonly kind: "listAppend" | "add" | "subtract";
      readonly left: UpdateOperand;
      readonly right: UpdateOperand;
    };

export type UpdateAction =
  | { readonly kind: "set"; readonly path: DocumentPath; readonly operand: UpdateOperand }
  | { readonly kind: "remove"; readonly path: DocumentPath }
  | {
      readonly kind: "add" | "delete";
      readonly path: DocumentPath;
      readonly value: AttributeValue;
    };

export interface Update {
  readonly actions: readonly UpdateAction[];
}

export function bindUpdate(syntax: UpdateSyntax, bindings: Bindings): Update {
  const actions = syntax.actions.map((action) => bindAction(action, bindings));
  requireSeparate(actions.map((action) => action.path));
  return { actions };
}

function bindAction(syntax: UpdateActionSyntax, bindings: Bindings): UpdateAction {
  const path = bindings.path(syntax.path);
  switch (syntax.kind) {
    case "set":
      return { kind: "set", path, operand: bindOperand(syntax.value, bindings) };
    case "remove":
      return { kind: "remove", path };
    case "add":
    case "delete": {
      const value = bindings.value(syntax.value.name);
      requireSectionType(syntax.kind, value);
      return { kind: syntax.kind, path, value };
    }
  }
}

/** Types as messages about ADD and DELETE name them. */
const LONG_NAMES: Readonly<Record<AttributeType, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  SS: "STRING_SET",
  NS: "NUMBER_SET",
  BS: "BINARY_SET",
  M: "MAP",
  L: "LIST",
  NULL: "NULL",
  BOOL: "BOOLEAN",
};

function requireSectionType(kind: "add" | "delete", value: AttributeValue): void {
  const type = typeOf(value);
  const isSet = type === "SS" || type === "NS" || type === "BS";
  if (!isSet && !(kind === "add" && type === "N")) {
    const section = kind.toUpperCase();
    throw new ExpressionFault(
      `Incorrect operand type for operator or function; operator: ${section}, ` +
        `operand type: ${LONG_NAMES[type]}, typeSet: ALLOWED_FOR_${section}_OPERAND`,
    );
  }
}

function bindOperand(syntax: UpdateValueSyntax, bindings: Bindings): UpdateOperand {
  switch (syntax.kind) {
    case "path":
      return { kind: "path", path: bindings.path(syntax) };
    case "value":
      return { kind: "value", value: bindings.value(syntax.name) };
    case "call":
      return bindCall(syntax, bindings);
    case "add":
    case "subtract": {
      const left = bindOperand(syntax.left, bindings);
      const right = bindOperand(syntax.right, bindings);
      const operator = syntax.kind === "add" ? "+" : "-";
      for (const operand of [left, right]) {
        requireOperandType(knownType(operand), NUMBER, operator);
      }
      return { kind: syntax.kind, left, right };
    }
  }
}

const CONDITION_FUNCTIONS: readonly string[] = [
  "attribute_exists",
  "attribute_not_exists",
  "attribute_type",
  "begins_with",
  "contains",
  "size",
];

function bindCall(syntax: CallSyntax, bindings: Bindings): UpdateOperand {
  const { name, operands } = syntax;
  if (CONDITION_FUNCTIONS.includes(name)) {
    throw new ExpressionFault(
      `The function is not allowed in an update expression; function: ${name}`,
    );
  }
  if (name !== "if_not_exists" && name !== "list_append") {
    throw new ExpressionFault(`Invalid function name; function: ${name}`);
  }
  requireOperandCount(syntax, 2);
  const [left, right] = operands.map((operand) => bindOperand(operand, bindings)) as [
    UpdateOperand,
    UpdateOperand,
  ];
  return name === "list_append" ? bindListAppend(left, right) : bindIfNotExists(left, right);
}

function bindListAppend(left: UpdateOperand, right: UpdateOperand): UpdateOperand {
  for (const operand of [left, right]) {
    requireOperandType(knownType(operand), LIST, "list_append");
  }
  return { kind: "listAppend", left, right };
}

function bindIfNotExists(left: UpdateOperand, otherwise: UpdateOperand): UpdateOperand {
  if (left.kind !== "path") {
    throw pathRequired("if_not_exists");
  }
  return { kind: "ifNotExists", path: left.path, otherwise };
}

const NUMBER: ReadonlySet<AttributeType> = new Set(["N"]);
const LIST: ReadonlySet<AttributeType> = new Set(["L"]);

/** What an operand will be, as far as it is known before the item is. */
function knownType(operand: UpdateOperand): AttributeType | undefined {
  switch (operand.kind) {
    case "value":
      return typeOf(operand.value);
    case "listAppend":
      return "L";
    case "add":
    case "subtract":
      return "N";
    default:
      return undefined;
  }
}
