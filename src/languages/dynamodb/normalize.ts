/**
 * Attribute values as they come in: checked, numbers made canonical.
 *
 * AWS has two layers of these checks, with two wordings; which one runs depends on the operation.
 * Source: recorded answers of October 2026
 * (https://github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/valueLayers.test.ts).
 */
import { compareBytes, toBase64 } from "../../base/bytes.ts";
import {
  type Attributes,
  type AttributeValue,
  attributeOf,
  type MutableAttributes,
  setAttribute,
} from "./attribute-value.ts";
import { ExpressionError } from "./expression-error.ts";
import { canonicalNumber, NumberError } from "./number.ts";

export type Wording = "current" | "older";

/** Levels of lists and maps, the attribute itself being the first. */
const DEPTH_MAX = 32;

/** Throws an `ExpressionError`. Values that are canonical already are not copied. */
export function normalizeAttributes(attributes: Attributes, wording: Wording): Attributes {
  return normalizeMembers(attributes, wording, 1);
}

export function normalizeValue(value: AttributeValue, wording: Wording): AttributeValue {
  return normalizeAt(value, wording, 1);
}

function normalizeMembers(attributes: Attributes, wording: Wording, depth: number): Attributes {
  let copy: MutableAttributes | undefined;
  for (const name of Object.keys(attributes)) {
    const value = attributeOf(attributes, name) ?? {};
    const normal = normalizeAt(value, wording, depth);
    if (normal !== value) {
      copy ??= { ...attributes };
      setAttribute(copy, name, normal);
    }
  }
  return copy ?? attributes;
}

function normalizeAt(value: AttributeValue, wording: Wording, depth: number): AttributeValue {
  requireOneType(value);
  if (depth > DEPTH_MAX) {
    throw new ExpressionError(
      "Nesting Levels have exceeded supported limits: " +
        "Attributes in the item have nested levels beyond supported limit",
    );
  }
  if (value.S !== undefined || value.BOOL !== undefined || value.B !== undefined) {
    return value;
  }
  if (value.N !== undefined) {
    const canonical = normalizeNumber(value.N, wording);
    return canonical === value.N ? value : { N: canonical };
  }
  if (value.M !== undefined) {
    const members = normalizeMembers(value.M, wording, depth + 1);
    return members === value.M ? value : { M: members };
  }
  if (value.L !== undefined) {
    const elements = value.L.map((element) => normalizeAt(element, wording, depth + 1));
    return elements.every((element, index) => element === value.L?.[index])
      ? value
      : { L: elements };
  }
  if (value.NULL !== undefined) {
    if (!value.NULL) {
      throw invalid("Null attribute value types must have the value of true");
    }
    return value;
  }
  return normalizeSet(value, wording);
}

const TYPES: ReadonlySet<string> = new Set([
  "S",
  "N",
  "M",
  "L",
  "BOOL",
  "NULL",
  "SS",
  "NS",
  "B",
  "BS",
]);

function requireOneType(value: AttributeValue): void {
  let count = 0;
  for (const name in value) {
    if (TYPES.has(name) && value[name as keyof AttributeValue] !== undefined) {
      count += 1;
    }
  }
  if (count !== 1) {
    throw new ExpressionError(
      count === 0
        ? "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
        : "Supplied AttributeValue has more than one datatypes set, " +
            "must contain exactly one of the supported datatypes",
    );
  }
}

function normalizeNumber(text: string, wording: Wording): string {
  try {
    return canonicalNumber(text);
  } catch (error) {
    if (error instanceof NumberError) {
      const showsText =
        error.fault === "notNumeric" && (error.text !== "" || wording === "current");
      throw new ExpressionError(showsText ? `${error.message}: ${error.text}` : error.message);
    }
    throw error;
  }
}

function invalid(detail: string): ExpressionError {
  return new ExpressionError(`One or more parameter values were invalid: ${detail}`);
}

function normalizeSet(value: AttributeValue, wording: Wording): AttributeValue {
  if (value.SS !== undefined) {
    requireElements(value.SS, "An string set  may not be empty");
    requireUnique(value.SS, wording, DUPLICATE_TEXTS);
    return value;
  }
  if (value.NS !== undefined) {
    requireElements(value.NS, "An number set  may not be empty");
    const numbers = value.NS.map((text) => normalizeNumber(text, wording));
    requireUnique(numbers, wording, DUPLICATE_NUMBERS);
    return { NS: numbers };
  }
  const texts = (value.BS ?? []).map(toBase64);
  requireElements(texts, "Binary sets should not be empty");
  requireUnique(texts, wording, DUPLICATE_BINARIES);
  return value;
}

function requireElements(elements: readonly unknown[], message: string): void {
  if (elements.length === 0) {
    throw invalid(message);
  }
}

/** What each wording says of a set whose element at `repeat` was there before. */
type DuplicateFault = Readonly<
  Record<Wording, (elements: readonly string[], repeat: number) => ExpressionError>
>;

const DUPLICATE_TEXTS: DuplicateFault = {
  current: (elements, repeat) =>
    duplicates(`[${sortedToRepeat(elements, repeat, "utf8").join(", ")}] contains`),
  older: (elements) => duplicates(`[${elements.join(", ")}] contains`),
};

const DUPLICATE_BINARIES: DuplicateFault = {
  current: (elements, repeat) =>
    duplicates(`[${sortedToRepeat(elements, repeat, "base64").join(",")}]of type BS contains`),
  older: (elements) => duplicates(`[${elements.join(", ")}]of type BS contains`),
};

const DUPLICATE_NUMBERS: DuplicateFault = {
  current: () => duplicates("contains"),
  older: () => new ExpressionError("Input collection contains duplicates"),
};

function duplicates(what: string): ExpressionError {
  return invalid(`Input collection ${what} duplicates.`);
}

function requireUnique(elements: readonly string[], wording: Wording, fault: DuplicateFault): void {
  const seen = new Set<string>();
  for (const [index, element] of elements.entries()) {
    if (seen.has(element)) {
      throw fault[wording](elements, index);
    }
    seen.add(element);
  }
}

/** Quoted: the elements before the repeat in the order of their bytes, then the rest as sent. */
function sortedToRepeat(
  elements: readonly string[],
  repeat: number,
  encoding: "utf8" | "base64",
): readonly string[] {
  const byBytes = (a: string, b: string): number =>
    compareBytes(Buffer.from(a, encoding), Buffer.from(b, encoding));
  return [...elements.slice(0, repeat).sort(byBytes), ...elements.slice(repeat)].map(
    (element) => `"${element}"`,
  );
}
