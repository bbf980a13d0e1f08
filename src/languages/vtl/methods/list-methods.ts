/**
 * Methods of lists, and of arrays, to which Velocity lends those of lists:
 * https://docs.oracle.com/javase/8/docs/api/java/util/ArrayList.html
 */
import { javaEquals } from "../arithmetic.ts";
import type { Budget } from "../budget.ts";
import { IteratorValue, ListValue, type Value } from "../value.ts";
import { type Call, javaException, type Methods, method, NOTHING } from "./method.ts";

export const LIST_METHODS: Methods<ListValue> = {
  size: method([], (list) => BigInt(list.items.length)),
  isEmpty: method([], (list) => list.items.length === 0),
  get: method(["whole"], (list, call) => list.items[placed(list, call)] ?? null),
  set: method(["whole", "any"], (list, call) => {
    const [previous = null] = list.items.splice(placed(list, call), 1, call.value(1));
    return previous;
  }),
  add: [
    ...method<ListValue>(["any"], (list, call) => {
      growable(list).items.push(call.value(0));
      return true;
    }),
    ...method<ListValue>(["whole", "any"], (list, call) => {
      const index = call.whole(0);
      if (index < 0 || index > growable(list).items.length) {
        throw outOfBounds(index, list);
      }
      call.budget.spend(list.items.length - index);
      list.items.splice(index, 0, call.value(1));
      return NOTHING;
    }),
  ],
  addAll: method(["list"], (list, call) => {
    const added = [...call.list(0).items];
    call.budget.spend(added.length);
    for (const item of added) {
      growable(list).items.push(item);
    }
    return added.length > 0;
  }),
  remove: [
    ...method<ListValue>(["whole"], (list, call) => {
      call.budget.spend(list.items.length);
      const [removed = null] = growable(list).items.splice(placed(list, call), 1);
      return removed;
    }),
    ...method<ListValue>(["any"], (list, call) => {
      const index = indexOf(growable(list).items, call.value(0), call.budget);
      list.items.splice(index, index < 0 ? 0 : 1);
      return index >= 0;
    }),
  ],
  removeAll: method(["list"], (list, call) => keep(list, call, (isThere) => !isThere)),
  retainAll: method(["list"], (list, call) => keep(list, call, (isThere) => isThere)),
  clear: method([], (list) => {
    growable(list).items.length = 0;
    return NOTHING;
  }),
  contains: method(["any"], (list, call) => indexOf(list.items, call.value(0), call.budget) >= 0),
  containsAll: method(["list"], (list, call) =>
    call.list(0).items.every((item) => indexOf(list.items, item, call.budget) >= 0),
  ),
  indexOf: method(["any"], (list, call) => BigInt(indexOf(list.items, call.value(0), call.budget))),
  lastIndexOf: method(["any"], (list, call) =>
    BigInt(list.items.findLastIndex((item) => javaEquals(item, call.value(0), call.budget))),
  ),
  subList: method(["whole", "whole"], (list, call) => {
    const [from, to] = [call.whole(0), call.whole(1)];
    if (from < 0 || to > list.items.length || from > to) {
      throw javaException("IndexOutOfBoundsException", `fromIndex: ${from}, toIndex: ${to}`);
    }
    call.budget.spend(to - from);
    return new ListValue(list.items.slice(from, to));
  }),
  iterator: method([], (list, call) => {
    call.budget.spend(list.items.length);
    return new IteratorValue([...list.items]);
  }),
  toArray: method([], (list, call) => {
    call.budget.spend(list.items.length);
    return new ListValue([...list.items], "array");
  }),
  equals: method(["any"], (list, call) => javaEquals(list, call.value(0), call.budget)),
};

function placed(list: ListValue, call: Call): number {
  const index = call.whole(0);
  if (index < 0 || index >= list.items.length) {
    throw outOfBounds(index, list);
  }
  return index;
}

function outOfBounds(index: number, list: ListValue): Error {
  return javaException(
    "IndexOutOfBoundsException",
    `Index ${index} out of bounds for length ${list.items.length}`,
  );
}

/** An array keeps its length. */
function growable(list: ListValue): ListValue {
  if (list.form === "array") {
    throw javaException("UnsupportedOperationException");
  }
  return list;
}

function indexOf(items: readonly Value[], sought: Value, budget: Budget): number {
  return items.findIndex((item) => javaEquals(item, sought, budget));
}

function keep(list: ListValue, call: Call, wanted: (isThere: boolean) => boolean): boolean {
  const others = call.list(0).items;
  const kept = list.items.filter((item) => wanted(indexOf(others, item, call.budget) >= 0));
  const isChanged = kept.length < list.items.length;
  growable(list).items.splice(0, list.items.length, ...kept);
  return isChanged;
}
