/**
 * Whether an item fulfils a condition.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
import { equalBytes, toBase64 } from "../../base/bytes.ts";
import {
  type Attributes,
  type AttributeValue,
  compareValues,
  equalValues,
  typeOf,
} from "./attribute-value.ts";
import type { Condition, Operand } from "./condition.ts";
import { valueAt } from "./document-path.ts";
import type { KeyTest } from "./key-condition.ts";
import type { Comparator } from "./syntax.ts";

export function fulfils(item: Attributes, condition: Condition): boolean {
  switch (condition.kind) {
    case "and":
      return condition.parts.every((part) => fulfils(item, part));
    case "or":
      return condition.parts.some((part) => fulfils(item, part));
    case "not":
      return !fulfils(item, condition.condition);
    case "compare":
      return compare(
        condition.comparator,
        resolve(item, condition.left),
        resolve(item, condition.right),
      );
    case "between": {
      const value = resolve(item, condition.operand);
      return (
        compare(">=", value, resolve(item, condition.low)) &&
        compare("<=", value, resolve(item, condition.high))
      );
    }
    case "in": {
      const value = resolve(item, condition.operand);
      return condition.list.some((operand) => compare("=", value, resolve(item, operand)));
    }
    case "exists":
      return valueAt(item, condition.path) !== undefined;
    case "notExists":
      return valueAt(item, condition.path) === undefined;
    case "type": {
      const value = valueAt(item, condition.path);
      return value !== undefined && typeOf(value) === condition.type;
    }
    case "beginsWith":
      return beginsWith(resolve(item, condition.left), resolve(item, condition.right));
    case "contains":
      return contains(resolve(item, condition.left), resolve(item, condition.right));
  }
}

/** Whether the value of a key attribute passes its part of a key condition. */
export function passesKeyTest(value: AttributeValue, test: KeyTest): boolean {
  switch (test.kind) {
    case "between":
      return compare(">=", value, test.low) && compare("<=", value, test.high);
    case "beginsWith":
      return beginsWith(value, test.prefix);
    case "compare":
      return compare(test.comparator, value, test.value);
  }
}

function resolve(item: Attributes, operand: Operand): AttributeValue | undefined {
  switch (operand.kind) {
    case "value":
      return operand.value;
    case "path":
      return valueAt(item, operand.path);
    case "size": {
      const size = sizeOf(resolve(item, operand.operand));
      return size === undefined ? undefined : { N: String(size) };
    }
  }
}

/** `undefined` for the types that have no size. */
function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (value?.S !== undefined) {
    return Buffer.byteLength(value.S, "utf8");
  }
  const sized = value?.B ?? value?.L ?? value?.SS ?? value?.NS ?? value?.BS;
  return sized?.length ?? (value?.M === undefined ? undefined : Object.keys(value.M).length);
}

type Maybe = AttributeValue | undefined;

/** What is missing differs from everything, and has no order. */
function compare(comparator: Comparator, left: Maybe, right: Maybe): boolean {
  if (left === undefined || right === undefined) {
    return comparator === "<>" && left !== right;
  }
  if (comparator === "=" || comparator === "<>") {
    return equalValues(left, right) === (comparator === "=");
  }
  const order = compareValues(left, right);
  if (order === undefined) {
    return false;
  }
  switch (comparator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

function beginsWith(value: Maybe, prefix: Maybe): boolean {
  if (value?.S !== undefined && prefix?.S !== undefined) {
    return value.S.startsWith(prefix.S);
  }
  if (value?.B !== undefined && prefix?.B !== undefined) {
    return equalBytes(value.B.subarray(0, prefix.B.length), prefix.B);
  }
  return false;
}

/** A text in a text, bytes in bytes, an element of a set or of a list. */
function contains(value: Maybe, part: Maybe): boolean {
  if (value === undefined || part === undefined) {
    return false;
  }
  if (value.S !== undefined) {
    return part.S !== undefined && value.S.includes(part.S);
  }
  if (value.B !== undefined) {
    return part.B !== undefined && Buffer.from(value.B).includes(Buffer.from(part.B));
  }
  if (value.L !== undefined) {
    return value.L.some((element) => equalValues(element, part));
  }
  if (value.BS !== undefined) {
    const { B: bytes } = part;
    return bytes !== undefined && value.BS.some((element) => toBase64(element) === toBase64(bytes));
  }
  const elements = part.S !== undefined ? value.SS : part.N !== undefined ? value.NS : undefined;
  return elements?.includes(part.S ?? part.N ?? "") ?? false;
}
