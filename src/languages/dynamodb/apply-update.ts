/**
 * An item after an update. Operands are read from the item as it was; indexes of lists are those
 * the lists had. Neither the item nor the values of the update are changed.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
import { toBase64 } from "../../base/bytes.ts";
import {
  type Attributes,
  type AttributeValue,
  attributeOf,
  type MutableAttributes,
  setAttribute,
  setElements,
  typeOf,
} from "./attribute-value.ts";
import type { DocumentPath } from "./bindings.ts";
import { childAt, valueAt } from "./document-path.ts";
import { ExpressionError } from "./expression-error.ts";
import { addNumbers, subtractNumbers } from "./number.ts";
import type { Update, UpdateAction, UpdateOperand } from "./update.ts";

export function applyUpdate(item: Attributes, update: Update): Attributes {
  const changes = update.actions.flatMap((action) => changeOf(item, action));
  return changes.sort(inOrder).reduce(applyChange, item);
}

/** A value to be put at a path; `undefined` removes what is there. */
interface Change {
  readonly path: DocumentPath;
  readonly value: AttributeValue | undefined;
}

function changeOf(item: Attributes, action: UpdateAction): readonly Change[] {
  const { path } = action;
  switch (action.kind) {
    case "set":
      return [{ path, value: evaluate(item, action.operand) }];
    case "remove":
      return [{ path, value: undefined }];
    case "add":
      return [{ path, value: added(valueAt(item, path), action.value) }];
    case "delete": {
      const present = valueAt(item, path);
      return present === undefined ? [] : [{ path, value: without(present, action.value) }];
    }
  }
}

/**
 * Values are put before others are removed, elements of lists from the first to the last, so that
 * those behind the end are appended in the order of their indexes. Removing goes from the deepest
 * and last to the first, so that no index has moved when it is used.
 */
function inOrder(a: Change, b: Change): number {
  if (a.value === undefined || b.value === undefined) {
    if (a.value !== undefined || b.value !== undefined) {
      return a.value === undefined ? 1 : -1;
    }
    return b.path.length - a.path.length || lastIndex(b) - lastIndex(a);
  }
  return lastIndex(a) - lastIndex(b);
}

function lastIndex(change: Change): number {
  const last = change.path.at(-1);
  return typeof last === "number" ? last : -1;
}

function applyChange(item: Attributes, change: Change): Attributes {
  return changedMembers(item, change.path, 0, change.value);
}

function changedMembers(
  attributes: Attributes,
  path: DocumentPath,
  at: number,
  value: AttributeValue | undefined,
): Attributes {
  const name = path[at] as string;
  const next =
    at === path.length - 1
      ? value
      : changedValue(attributeOf(attributes, name), path, at + 1, value);
  const copy: MutableAttributes = { ...attributes };
  if (next === undefined) {
    delete copy[name];
  } else {
    setAttribute(copy, name, next);
  }
  return copy;
}

function changedValue(
  parent: AttributeValue | undefined,
  path: DocumentPath,
  at: number,
  value: AttributeValue | undefined,
): AttributeValue {
  const step = path[at];
  if (typeof step === "string" && parent?.M !== undefined) {
    return { M: changedMembers(parent.M, path, at, value) };
  }
  if (typeof step === "number" && parent?.L !== undefined) {
    const isLast = at === path.length - 1;
    const next = isLast ? value : changedValue(childAt(parent, step), path, at + 1, value);
    return { L: changedElements(parent.L, step, next) };
  }
  throw new ExpressionError(
    "The document path provided in the update expression is invalid for update",
  );
}

/** An index behind the end appends, and removes nothing. */
function changedElements(
  list: readonly AttributeValue[],
  index: number,
  value: AttributeValue | undefined,
): readonly AttributeValue[] {
  if (value === undefined) {
    return list.filter((_, position) => position !== index);
  }
  return index < list.length ? list.with(index, value) : [...list, value];
}

function evaluate(item: Attributes, operand: UpdateOperand): AttributeValue {
  switch (operand.kind) {
    case "value":
      return operand.value;
    case "path":
      return existing(valueAt(item, operand.path));
    case "ifNotExists":
      return valueAt(item, operand.path) ?? evaluate(item, operand.otherwise);
    case "listAppend": {
      const [left, right] = [evaluate(item, operand.left), evaluate(item, operand.right)];
      if (left.L === undefined || right.L === undefined) {
        throw incorrectType();
      }
      return { L: [...left.L, ...right.L] };
    }
    case "add":
    case "subtract": {
      const [left, right] = [evaluate(item, operand.left), evaluate(item, operand.right)];
      if (left.N === undefined || right.N === undefined) {
        throw incorrectType();
      }
      const combine = operand.kind === "add" ? addNumbers : subtractNumbers;
      return { N: combine(left.N, right.N) };
    }
  }
}

function existing(value: AttributeValue | undefined): AttributeValue {
  if (value === undefined) {
    throw new ExpressionError(
      "The provided expression refers to an attribute that does not exist in the item",
    );
  }
  return value;
}

function incorrectType(): ExpressionError {
  return new ExpressionError("An operand in the update expression has an incorrect data type");
}

/** A sum of numbers, or the union of two sets of one type. */
function added(present: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (present === undefined) {
    return value;
  }
  if (present.N !== undefined && value.N !== undefined) {
    return { N: addNumbers(present.N, value.N) };
  }
  requireSameSet(present, value);
  if (present.SS !== undefined) {
    return { SS: [...new Set([...present.SS, ...(value.SS ?? [])])] };
  }
  if (present.NS !== undefined) {
    return { NS: [...new Set([...present.NS, ...(value.NS ?? [])])] };
  }
  const elements = new Set(setElements(present));
  const more = (value.BS ?? []).filter((element) => !elements.has(toBase64(element)));
  return { BS: [...(present.BS ?? []), ...more] };
}

/** `undefined` when nothing is left: there are no empty sets. */
function without(present: AttributeValue, value: AttributeValue): AttributeValue | undefined {
  requireSameSet(present, value);
  const removed = new Set(setElements(value));
  const keep = (element: string): boolean => !removed.has(element);
  if (present.SS !== undefined) {
    const SS = present.SS.filter(keep);
    return SS.length === 0 ? undefined : { SS };
  }
  if (present.NS !== undefined) {
    const NS = present.NS.filter(keep);
    return NS.length === 0 ? undefined : { NS };
  }
  const BS = (present.BS ?? []).filter((element) => keep(toBase64(element)));
  return BS.length === 0 ? undefined : { BS };
}

function requireSameSet(present: AttributeValue, value: AttributeValue): void {
  const type = typeOf(present);
  const isSet = type === "SS" || type === "NS" || type === "BS";
  if (!isSet || type !== typeOf(value)) {
    throw incorrectType();
  }
}
