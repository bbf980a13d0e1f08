/** Values written in a statement: exact numbers, sets between double angle brackets. */
import {
  type AttributeValue,
  type MutableAttributes,
  setAttribute,
} from "../dynamodb/attribute-value.ts";
import { normalizeValue } from "../dynamodb/normalize.ts";
import { canonicalNumber, NumberError } from "../dynamodb/number.ts";
import type { Parameters } from "./parameters.ts";
import { faultAt, StatementError } from "./statement-error.ts";
import type { Expression, ExpressionOf } from "./syntax.ts";

/** Where a value stands inside the one it belongs to: `root.tags[1]`. */
const ROOT = "root";

export function literalOf(
  expression: Expression,
  parameters: Parameters,
  at: string = ROOT,
): AttributeValue {
  switch (expression.kind) {
    case "text":
      return { S: expression.text };
    case "number":
      return { N: numberOf(expression.text, at) };
    case "boolean":
      return { BOOL: expression.value };
    case "null":
      return { NULL: true };
    case "parameter":
      return parameters.value(expression.index);
    case "list":
      return {
        L: expression.elements.map((element, index) =>
          literalOf(element, parameters, `${at}[${index}]`),
        ),
      };
    case "map":
      return { M: membersOf(expression, parameters, at) };
    case "bag":
      return setOf(expression, parameters, at);
    case "call":
      throw faultAt(`Unsupported data type: ${expression.name} under key ${at}`, expression.place);
    default:
      throw faultAt(`Unsupported data type: ${expression.kind} under key ${at}`, expression.place);
  }
}

/** The attributes of an item: a path into one of them begins at it. */
export function membersOf(
  { members }: ExpressionOf<"map">,
  parameters: Parameters,
  at: string | undefined,
): MutableAttributes {
  const attributes: MutableAttributes = {};
  for (const { name, value } of members) {
    const place = at === undefined ? ROOT : `${at}.${name}`;
    setAttribute(attributes, name, literalOf(value, parameters, place));
  }
  return attributes;
}

function numberOf(text: string, at: string): string {
  try {
    return canonicalNumber(text);
  } catch (error) {
    throw error instanceof NumberError ? new StatementError(`${error.message} under ${at}`) : error;
  }
}

function setOf(
  { elements, place }: ExpressionOf<"list" | "bag">,
  parameters: Parameters,
  at: string,
): AttributeValue {
  const values = elements.map((element) => literalOf(element, parameters, at));
  const [first] = values;
  if (first === undefined) {
    throw new StatementError("Empty bags are not supported");
  }
  const texts = values.flatMap(({ S }) => S ?? []);
  const numbers = values.flatMap(({ N }) => N ?? []);
  const binaries = values.flatMap(({ B }) => (B === undefined ? [] : [B]));
  const whole = values.length;
  if (texts.length === whole) {
    return normalizeValue({ SS: texts }, "older");
  }
  if (numbers.length === whole) {
    return normalizeValue({ NS: numbers }, "older");
  }
  if (binaries.length === whole) {
    return normalizeValue({ BS: binaries }, "older");
  }
  throw faultAt("Bags must hold strings, numbers or binaries of one type", place);
}
