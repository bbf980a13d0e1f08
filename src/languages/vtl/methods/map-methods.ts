/** Methods of maps: https://docs.oracle.com/javase/8/docs/api/java/util/Map.html */
import { javaEquals } from "../arithmetic.ts";
import { EntryValue, ListValue, type MapValue, type Value } from "../value.ts";
import { type Call, type Methods, method, NOTHING } from "./method.ts";

export const MAP_METHODS: Methods<MapValue> = {
  size: method([], (map) => BigInt(map.entries.size)),
  isEmpty: method([], (map) => map.entries.size === 0),
  get: method(["any"], (map, call) => map.entries.get(call.value(0)) ?? null),
  getOrDefault: method(["any", "any"], (map, call) =>
    map.entries.has(call.value(0)) ? (map.entries.get(call.value(0)) ?? null) : call.value(1),
  ),
  put: method(["any", "any"], (map, call) => {
    const previous = map.entries.get(call.value(0)) ?? null;
    map.entries.set(call.value(0), call.value(1));
    return previous;
  }),
  putIfAbsent: method(["any", "any"], (map, call) => {
    const previous = map.entries.get(call.value(0)) ?? null;
    if (previous === null) {
      map.entries.set(call.value(0), call.value(1));
    }
    return previous;
  }),
  putAll: method(["map"], (map, call) => {
    const added = [...call.map(0).entries];
    call.budget.spend(added.length);
    for (const [key, value] of added) {
      map.entries.set(key, value);
    }
    return NOTHING;
  }),
  remove: method(["any"], (map, call) => {
    const previous = map.entries.get(call.value(0)) ?? null;
    map.entries.delete(call.value(0));
    return previous;
  }),
  clear: method([], (map) => {
    map.entries.clear();
    return NOTHING;
  }),
  containsKey: method(["any"], (map, call) => map.entries.has(call.value(0))),
  containsValue: method(["any"], (map, call) =>
    [...map.entries.values()].some((value) => javaEquals(value, call.value(0), call.budget)),
  ),
  keySet: method([], (map, call) => listed(map.entries.keys(), call)),
  values: method([], (map, call) => listed(map.entries.values(), call)),
  entrySet: method([], (map, call) =>
    listed(
      [...map.entries].map(([key, value]) => new EntryValue(key, value)),
      call,
    ),
  ),
  equals: method(["any"], (map, call) => javaEquals(map, call.value(0), call.budget)),
};

/** As they are now: the sets of Java that follow their map are not made here. */
function listed(values: Iterable<Value>, call: Call): ListValue {
  const items = [...values];
  call.budget.spend(items.length);
  return new ListValue(items);
}
