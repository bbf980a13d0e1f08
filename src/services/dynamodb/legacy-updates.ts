/**
 * `AttributeUpdates`, from before there were update expressions.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.AttributeUpdates.html
 */
import { type AttributeValue, typeOf } from "../../languages/dynamodb/attribute-value.ts";
import { ExpressionError } from "../../languages/dynamodb/expression-error.ts";
import { normalizeValue, type Wording } from "../../languages/dynamodb/normalize.ts";
import type { Update, UpdateAction } from "../../languages/dynamodb/update.ts";
import type { AttributeValueUpdate } from "../../wire/models/dynamodb.gen.ts";

export function legacyUpdate(
  updates: Readonly<Record<string, AttributeValueUpdate>>,
  wording: Wording,
): Update {
  return {
    actions: Object.entries(updates).map(([name, { Value, Action = "PUT" }]) =>
      actionOf(name, Action, Value && normalizeValue(Value, wording)),
    ),
  };
}

function actionOf(name: string, action: string, value: AttributeValue | undefined): UpdateAction {
  const path = [name];
  if (value === undefined) {
    if (action !== "DELETE") {
      throw invalid("Only DELETE action is allowed when no attribute value is specified");
    }
    return { kind: "remove", path };
  }
  const type = typeOf(value);
  const isSet = type === "SS" || type === "NS" || type === "BS";
  switch (action) {
    case "PUT":
      return { kind: "set", path, operand: { kind: "value", value } };
    case "ADD":
      if (type === "L") {
        return appended(name, value);
      }
      requireSupported(isSet || type === "N", "ADD", type);
      return { kind: "add", path, value };
    default:
      requireSupported(isSet, "DELETE", type);
      return { kind: "delete", path, value };
  }
}

/** Adding a list appends its elements. */
function appended(name: string, value: AttributeValue): UpdateAction {
  const path = [name];
  return {
    kind: "set",
    path,
    operand: {
      kind: "listAppend",
      left: { kind: "ifNotExists", path, otherwise: { kind: "value", value: { L: [] } } },
      right: { kind: "value", value },
    },
  };
}

function requireSupported(isSupported: boolean, action: string, type: string): void {
  if (!isSupported) {
    throw invalid(`${action} action is not supported for the type ${type}`);
  }
}

function invalid(detail: string): ExpressionError {
  return new ExpressionError(`One or more parameter values were invalid: ${detail}`);
}
