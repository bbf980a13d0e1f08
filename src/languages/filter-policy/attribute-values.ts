/**
 * Message attributes as filter policies see them.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
 */
import type { Scalar } from "../event-pattern/value-test.ts";

/** The values by attribute name; those of an attribute that policies ignore are not there. */
export type AttributeValues = ReadonlyMap<string, readonly Scalar[]>;

export interface FilterableAttribute {
  /** `String`, `String.Array`, `Number`, `Binary`, with or without a custom suffix. */
  readonly type: string;
  readonly value: string | Uint8Array;
}

export function attributeValues(
  attributes: Readonly<Record<string, FilterableAttribute>>,
): AttributeValues {
  const values = new Map<string, readonly Scalar[]>();
  for (const [name, { type, value }] of Object.entries(attributes)) {
    if (typeof value === "string") {
      values.set(name, scalarsOf(type, value));
    }
  }
  return values;
}

function scalarsOf(type: string, text: string): readonly Scalar[] {
  if (type === "String.Array") {
    return arrayOf(text);
  }
  return [type.startsWith("Number") ? Number(text) : text];
}

/** The scalars of a JSON array; a text that is none has no value that could match. */
function arrayOf(text: string): readonly Scalar[] {
  try {
    const items: unknown = JSON.parse(text);
    return Array.isArray(items) ? items.filter(isScalar) : [];
  } catch {
    return [];
  }
}

function isScalar(value: unknown): value is Scalar {
  return typeof value !== "object" || value === null;
}
