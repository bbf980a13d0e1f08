/** The values a template is made of: JSON, after YAML's short forms were written out. */
export type Value = null | boolean | number | string | readonly Value[] | ValueObject;

export interface ValueObject {
  readonly [key: string]: Value;
}

/**
 * A mistake in a template or in what it was given: the message is AWS's, for a `ValidationError`.
 * Thrown, since it ends the reading of the template wherever it is found.
 */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

export function isObject(value: Value | undefined): value is ValueObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** How CloudFormation writes a scalar as text; `undefined` for lists, objects and null. */
export function scalarText(value: Value | undefined): string | undefined {
  if (typeof value === "string") {
    return value;
  }
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** Structural equality, whatever the order of keys. */
export function equalValues(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) {
    return true;
  }
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((item, index) => equalValues(item, b[index]));
  }
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && equalValues(a[key], b[key]))
    );
  }
  return false;
}

/** The same structure with every scalar passed through `change`. */
export function mapScalars(value: Value, change: (scalar: Value) => Value): Value {
  if (isList(value)) {
    return value.map((item) => mapScalars(item, change));
  }
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, mapScalars(item, change)]),
    );
  }
  return change(value);
}
