/**
 * Attribute values in the form they have on the wire: an object with one member, named for its type.
 *
 * Invariant: values inside the engine are normalized (`normalize.ts`): exactly one member, numbers
 * canonical, sets without duplicates. So two equal numbers are equal texts.
 *
 * Attribute names are the user's own, so `__proto__` and `constructor` are names like any other:
 * read them with `attributeOf`, write them with `setAttribute`.
 */
import { compareBytes, equalBytes, toBase64 } from "../../base/bytes.ts";
import type { AttributeValue } from "../../wire/models/dynamodb.gen.ts";
import { compareNumbers } from "./number.ts";

export type { AttributeValue };

export type Attributes = { readonly [name: string]: AttributeValue };
export type MutableAttributes = { [name: string]: AttributeValue };

export type AttributeType = "S" | "N" | "B" | "SS" | "NS" | "BS" | "M" | "L" | "NULL" | "BOOL";

export function typeOf(value: AttributeValue): AttributeType {
  if (value.S !== undefined) return "S";
  if (value.N !== undefined) return "N";
  if (value.M !== undefined) return "M";
  if (value.L !== undefined) return "L";
  if (value.BOOL !== undefined) return "BOOL";
  if (value.NULL !== undefined) return "NULL";
  if (value.SS !== undefined) return "SS";
  if (value.NS !== undefined) return "NS";
  if (value.B !== undefined) return "B";
  return "BS";
}

export function attributeOf(attributes: Attributes, name: string): AttributeValue | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

export function setAttribute(
  attributes: MutableAttributes,
  name: string,
  value: AttributeValue,
): void {
  if (name === "__proto__") {
    Object.defineProperty(attributes, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    attributes[name] = value;
  }
}

/** Elements are equal when their texts are; binary elements get a text of their own. */
export function setElements(value: AttributeValue): readonly string[] {
  return value.SS ?? value.NS ?? (value.BS ?? []).map(toBase64);
}

export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  if (a.S !== undefined) return a.S === b.S;
  if (a.N !== undefined) return a.N === b.N;
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL;
  if (a.NULL !== undefined) return b.NULL !== undefined;
  if (a.B !== undefined) return b.B !== undefined && equalBytes(a.B, b.B);
  if (a.M !== undefined) return b.M !== undefined && equalMaps(a.M, b.M);
  if (a.L !== undefined) return b.L !== undefined && equalLists(a.L, b.L);
  return typeOf(a) === typeOf(b) && equalSets(setElements(a), setElements(b));
}

function equalMaps(a: Attributes, b: Attributes): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => {
      const [left, right] = [attributeOf(a, name), attributeOf(b, name)];
      return left !== undefined && right !== undefined && equalValues(left, right);
    })
  );
}

function equalLists(a: readonly AttributeValue[], b: readonly AttributeValue[]): boolean {
  return (
    a.length === b.length &&
    a.every((value, index) => {
      const other = b[index];
      return other !== undefined && equalValues(value, other);
    })
  );
}

function equalSets(a: readonly string[], b: readonly string[]): boolean {
  const elements = new Set(a);
  return a.length === b.length && b.every((element) => elements.has(element));
}

/**
 * The order of two strings, numbers or binaries; `undefined` for other types and for a mixture.
 * Strings compare by their UTF-8 bytes.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.S !== undefined && b.S !== undefined) return compareTexts(a.S, b.S);
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N);
  if (a.B !== undefined && b.B !== undefined) return compareBytes(a.B, b.B);
  return undefined;
}

/** By code points, which is the order of UTF-8; that of UTF-16 differs for surrogate pairs. */
function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) {
      return codeUnitRank(left) - codeUnitRank(right);
    }
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others of UTF-16. */
function codeUnitRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x1_0000 : unit;
}
