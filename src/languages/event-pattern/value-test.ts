/**
 * The tests a pattern makes on one value of an event.
 *
 * A test sees scalars only: arrays and objects are taken apart before (`flat-event.ts`).
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
import { addressDigits } from "./address.ts";

export type Scalar = string | number | boolean | null;

export type ValueTest =
  | { readonly kind: "equals"; readonly value: Scalar }
  | { readonly kind: "prefix"; readonly text: string }
  | { readonly kind: "suffix"; readonly text: string }
  /** Texts of the three forms that ignore case are folded. */
  | { readonly kind: "equalsIgnoringCase"; readonly text: string }
  | { readonly kind: "prefixIgnoringCase"; readonly text: string }
  | { readonly kind: "suffixIgnoringCase"; readonly text: string }
  /** The literal texts between the asterisks: one more than there are asterisks. */
  | { readonly kind: "wildcard"; readonly pieces: readonly string[] }
  | { readonly kind: "range"; readonly from: Bound; readonly through: Bound }
  /** An address between two texts of hexadecimal digits, both inclusive. */
  | { readonly kind: "address"; readonly from: string; readonly through: string }
  | { readonly kind: "present" }
  /** Holds for no value: the matcher looks at whether the field is there at all. */
  | { readonly kind: "absent" }
  | { readonly kind: "otherThan"; readonly values: ReadonlySet<Scalar> }
  | { readonly kind: "not"; readonly tests: readonly ValueTest[] };

/** One end of a numeric range; infinite when the range is open to that side. */
export interface Bound {
  readonly value: number;
  readonly inclusive: boolean;
}

/** Folding character by character would differ for a few letters that no AWS example has. */
export function foldCase(text: string): string {
  return text.toLowerCase();
}

export function passes(test: ValueTest, value: Scalar): boolean {
  switch (test.kind) {
    case "equals":
      return test.value === value;
    case "present":
      return true;
    case "absent":
      return false;
    case "range":
      return typeof value === "number" && inRange(test.from, test.through, value);
    case "otherThan":
      return !test.values.has(value);
    case "not":
      return !test.tests.some((inner) => passes(inner, value));
    default:
      return typeof value === "string" && passesText(test, value);
  }
}

type TextTest = Extract<
  ValueTest,
  { readonly text: string } | { readonly kind: "wildcard" | "address" }
>;

function passesText(test: TextTest, value: string): boolean {
  switch (test.kind) {
    case "prefix":
      return value.startsWith(test.text);
    case "suffix":
      return value.endsWith(test.text);
    case "equalsIgnoringCase":
      return foldCase(value) === test.text;
    case "prefixIgnoringCase":
      return foldCase(value).startsWith(test.text);
    case "suffixIgnoringCase":
      return foldCase(value).endsWith(test.text);
    case "wildcard":
      return matchesWildcard(test.pieces, value);
    case "address":
      return inAddresses(test, value);
  }
}

function inRange(from: Bound, through: Bound, value: number): boolean {
  return (
    (from.inclusive ? value >= from.value : value > from.value) &&
    (through.inclusive ? value <= through.value : value < through.value)
  );
}

function inAddresses(
  range: { readonly from: string; readonly through: string },
  value: string,
): boolean {
  const digits = addressDigits(value);
  return (
    digits !== undefined &&
    digits.length === range.from.length &&
    digits >= range.from &&
    digits <= range.through
  );
}

/** The first piece leads, the last one ends, and those between follow each other. */
function matchesWildcard(pieces: readonly string[], value: string): boolean {
  const first = pieces[0] ?? "";
  if (pieces.length === 1) {
    return value === first;
  }
  const last = pieces.at(-1) ?? "";
  const end = value.length - last.length;
  if (end < first.length || !value.startsWith(first) || !value.endsWith(last)) {
    return false;
  }
  let at = first.length;
  for (let index = 1; index < pieces.length - 1; index += 1) {
    const piece = pieces[index] ?? "";
    const found = value.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) {
      return false;
    }
    at = found + piece.length;
  }
  return true;
}
