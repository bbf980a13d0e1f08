/**
 * How much of the 400 KiB of an item an attribute takes.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
import { type Attributes, type AttributeValue, attributeOf } from "./attribute-value.ts";
import { numberSize } from "./number.ts";

/** What a list or map adds beside its elements. */
const CONTAINER_BYTES = 3;
/** What each element of a list or map adds beside itself. */
const ELEMENT_BYTES = 1;

export function itemSizeBytes(item: Attributes): number {
  let total = 0;
  for (const name of Object.keys(item)) {
    const value = attributeOf(item, name);
    total += textSize(name) + (value === undefined ? 0 : valueSizeBytes(value));
  }
  return total;
}

export function valueSizeBytes(value: AttributeValue): number {
  if (value.S !== undefined) return textSize(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.B !== undefined) return value.B.length;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.M !== undefined) {
    return CONTAINER_BYTES + itemSizeBytes(value.M) + ELEMENT_BYTES * Object.keys(value.M).length;
  }
  if (value.L !== undefined) {
    return CONTAINER_BYTES + total(value.L, (element) => ELEMENT_BYTES + valueSizeBytes(element));
  }
  if (value.SS !== undefined) return total(value.SS, textSize);
  if (value.NS !== undefined) return total(value.NS, numberSize);
  return total(value.BS ?? [], (element) => element.length);
}

function textSize(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

function total<T>(elements: readonly T[], sizeOf: (element: T) => number): number {
  return elements.reduce((sum, element) => sum + sizeOf(element), 0);
}
