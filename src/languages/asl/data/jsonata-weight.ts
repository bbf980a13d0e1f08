/**
 * How much a value of an expression holds, in numbers of eight bytes.
 *
 * Values are shared, so that `{'a': $s, 'b': $s}` doubles in no time what has to be written, compared or copied later:
 * the weight is that of the tree, each occurrence counted.
 */
const CHARACTERS_PER_UNIT = 8;

/** JSON does not change, so that a weight once found stays. */
const known = new WeakMap<object, number>();

export function weightOf(value: unknown): number {
  if (typeof value === "string") {
    return 1 + value.length / CHARACTERS_PER_UNIT;
  }
  if (typeof value !== "object" || value === null || isFunction(value)) {
    return 1;
  }
  const found = known.get(value);
  if (found !== undefined) {
    return found;
  }
  // The library's arrays have members of their own besides their elements.
  const weight = Array.isArray(value) ? weightOfAll(value) : weightOfAll(Object.values(value));
  known.set(value, weight);
  return weight;
}

/** The bulk of what is weighed are long lists of numbers, anew for each step that makes one. */
function weightOfAll(values: readonly unknown[]): number {
  let weight = 1;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    weight += typeof value === "number" ? 1 : weightOf(value);
  }
  return weight;
}

/** Functions are objects in the library, with a mark. */
export function isFunction(value: unknown): boolean {
  const isMarked =
    typeof value === "object" &&
    value !== null &&
    ("_jsonata_function" in value || "_jsonata_lambda" in value);
  return isMarked || typeof value === "function";
}
