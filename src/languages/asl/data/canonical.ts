import { isArray, isObject, type Json } from "./scope.ts";

/** One text for equal values, whatever the order of their members. */
export function canonical(value: Json): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: Json): Json {
  if (isArray(value)) {
    return value.map(sorted);
  }
  if (!isObject(value)) {
    return value;
  }
  const names = Object.keys(value).sort();
  return names.map((name) => [name, sorted(value[name] ?? null)]).concat([["{}"]]);
}
