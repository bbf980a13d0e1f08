/**
 * The shape of events: inferred from examples, and grown so that it fits all of them.
 *
 * - A field is required as long as every example had it.
 * - A null says nothing about a type; whole numbers and others make a number; values of two types
 *   make a field that takes anything.
 */

export type Shape =
  | {
      readonly kind:
        | "anything"
        | "mixed"
        | "string"
        | "dateTime"
        | "integer"
        | "number"
        | "boolean";
    }
  | { readonly kind: "array"; readonly items: Shape }
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, Field>> };

export interface Field {
  readonly shape: Shape;
  readonly isRequired: boolean;
}

/** Deeper than this nothing is inferred, as on AWS. */
const NESTING_MAX = 255;

const ANYTHING: Shape = { kind: "anything" };
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export function shapeOf(value: unknown, depth = 0): Shape {
  if (value === null || value === undefined || depth > NESTING_MAX) {
    return ANYTHING;
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => shapeOf(item, depth + 1));
    return { kind: "array", items: items.reduce(merged, ANYTHING) };
  }
  switch (typeof value) {
    case "string":
      return { kind: DATE_TIME.test(value) ? "dateTime" : "string" };
    case "number":
      return { kind: Number.isInteger(value) ? "integer" : "number" };
    case "boolean":
      return { kind: "boolean" };
    default: {
      const fields = Object.entries(value).map(
        ([name, member]) =>
          [name, { shape: shapeOf(member, depth + 1), isRequired: true }] as const,
      );
      return { kind: "object", fields: Object.fromEntries(fields) };
    }
  }
}

/** A shape that fits what either fits. */
export function merged(a: Shape, b: Shape): Shape {
  if (a.kind === "anything" || b.kind === "anything") {
    return a.kind === "anything" ? b : a;
  }
  if (a.kind === "object" && b.kind === "object") {
    return { kind: "object", fields: mergedFields(a.fields, b.fields) };
  }
  if (a.kind === "array" && b.kind === "array") {
    return { kind: "array", items: merged(a.items, b.items) };
  }
  if (a.kind === b.kind) {
    return a;
  }
  const kinds = [a.kind, b.kind].sort().join();
  if (kinds === "integer,number") {
    return { kind: "number" };
  }
  return kinds === "dateTime,string" ? { kind: "string" } : MIXED;
}

/** Of values of two types: takes anything, and stays so. */
const MIXED: Shape = { kind: "mixed" };

function mergedFields(
  a: Readonly<Record<string, Field>>,
  b: Readonly<Record<string, Field>>,
): Readonly<Record<string, Field>> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...names].map((name): readonly [string, Field] => {
      const [left, right] = [a[name], b[name]];
      if (left === undefined || right === undefined) {
        return [name, { shape: (left ?? right)?.shape ?? ANYTHING, isRequired: false }];
      }
      const shape = merged(left.shape, right.shape);
      return [name, { shape, isRequired: left.isRequired && right.isRequired }];
    }),
  );
}
