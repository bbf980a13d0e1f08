/**
 * The match expressions of a pattern: `{"prefix": "a"}`, `{"anything-but": ...}` and so on.
 *
 * Each function starts behind the expression's opening brace or value and ends behind its closing
 * brace, and checks in the order in which EventBridge does, so that a pattern with several faults
 * gets the message AWS gives. Source of the messages: the observable behaviour of Event Ruler,
 * https://github.com/aws/event-ruler, the library EventBridge matches with.
 */
import { parseCidr } from "./address.ts";
import { JsonTokenError, type JsonTokens, type TokenKind } from "./json-tokens.ts";
import { foldCase, type Scalar, type ValueTest } from "./value-test.ts";

const ONE_KEY = "Only one key allowed in match expression";
const TOO_MANY = "Too many elements in numeric expression";

/** Reads one expression, from behind its opening brace. */
export function readExpression(tokens: JsonTokens): ValueTest {
  if (tokens.next() !== "fieldName") {
    throw tokens.error("Match expression name not found");
  }
  const name = tokens.name;
  const kind = tokens.next();
  switch (name) {
    case "exactly":
      return closed(tokens, {
        kind: "equals",
        value: stringOf(tokens, kind, "exact match pattern must be a string"),
      });
    case "prefix":
    case "suffix":
      return readAffix(tokens, name, kind);
    case "equals-ignore-case":
      return closed(tokens, { kind: "equalsIgnoringCase", text: foldedOf(tokens, kind) });
    case "wildcard":
      return closed(tokens, readWildcard(tokens, kind));
    case "numeric":
      return readNumeric(tokens, kind);
    case "exists":
      if (kind !== "true" && kind !== "false") {
        throw tokens.error("exists match pattern must be either true or false.");
      }
      return closed(tokens, { kind: kind === "true" ? "present" : "absent" });
    case "cidr":
      return closed(tokens, readCidr(tokens, kind));
    case "anything-but":
      return readAnythingBut(tokens, kind);
    default:
      throw tokens.error(`Unrecognized match type ${name}`);
  }
}

/** A number as JSON text, checked against what EventBridge can compare. */
function comparable(text: string): { readonly value: number } | { readonly reason: string } {
  const value = Number(text);
  if (decimalsOf(text) > 6) {
    return { reason: "Only values upto 6 decimals are supported" };
  }
  return Math.abs(value) > 5e9
    ? { reason: "Value must be between -5.0E9 and 5.0E9, inclusive" }
    : { value };
}

/** Digits behind the decimal point that are not trailing zeros, the exponent considered. */
function decimalsOf(text: string): number {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = whole + fraction;
  const trailingZeros = digits.length - digits.replace(/0+$/, "").length;
  return fraction.length - Number(exponent) - trailingZeros;
}

function stringOf(tokens: JsonTokens, kind: TokenKind | undefined, orElse: string): string {
  if (kind !== "string") {
    throw tokens.error(orElse);
  }
  return tokens.text();
}

function foldedOf(tokens: JsonTokens, kind: TokenKind | undefined): string {
  return foldCase(stringOf(tokens, kind, "equals-ignore-case match pattern must be a string"));
}

function closed(tokens: JsonTokens, test: ValueTest, orElse: string = ONE_KEY): ValueTest {
  if (tokens.next() !== "objectEnd") {
    throw tokens.error(orElse);
  }
  return test;
}

function readAffix(
  tokens: JsonTokens,
  name: "prefix" | "suffix",
  kind: TokenKind | undefined,
): ValueTest {
  if (kind !== "objectStart") {
    const text = stringOf(tokens, kind, `${name} match pattern must be a string`);
    return closed(tokens, { kind: name, text });
  }
  if (tokens.next() !== "fieldName") {
    const title = name === "prefix" ? "Prefix" : "Suffix";
    throw tokens.error(`${title} expression name not found`);
  }
  if (tokens.name !== "equals-ignore-case") {
    throw tokens.error(`Unsupported ${name} pattern: ${tokens.name}`);
  }
  const text = foldedOf(tokens, tokens.next());
  const test: ValueTest = {
    kind: name === "prefix" ? "prefixIgnoringCase" : "suffixIgnoringCase",
    text,
  };
  return closed(tokens, closed(tokens, test));
}

function readWildcard(tokens: JsonTokens, kind: TokenKind | undefined): ValueTest {
  const text = stringOf(tokens, kind, "wildcard match pattern must be a string");
  return wildcardOf(tokens, text);
}

/** Positions in its messages count UTF-8 bytes from the opening quote, which is position 0. */
function wildcardOf(tokens: JsonTokens, text: string): ValueTest {
  const pieces = [""];
  let bytes = 1;
  const chars = [...text];
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? "";
    const next = chars[at + 1];
    if (char === "*") {
      if (next === "*") {
        throw tokens.error(`Consecutive wildcard characters at pos ${bytes}`);
      }
      pieces.push("");
    } else if (char === "\\" && next !== "*" && next !== "\\") {
      throw tokens.error(`Invalid escape character at pos ${bytes}`);
    } else {
      pieces.push((pieces.pop() ?? "") + (char === "\\" ? next : char));
      if (char === "\\") {
        at += 1;
        bytes += 1;
      }
    }
    bytes += Buffer.byteLength(char);
  }
  return { kind: "wildcard", pieces };
}

function readCidr(tokens: JsonTokens, kind: TokenKind | undefined): ValueTest {
  // The message names the wrong operator on AWS, too.
  const range = parseCidr(stringOf(tokens, kind, "prefix match pattern must be a string"));
  if ("reason" in range) {
    throw new JsonTokenError(range.reason);
  }
  return { kind: "address", ...range };
}

const INFINITE = {
  from: { value: Number.NEGATIVE_INFINITY, inclusive: true },
  through: { value: Number.POSITIVE_INFINITY, inclusive: true },
} as const;

function readNumeric(tokens: JsonTokens, kind: TokenKind | undefined): ValueTest {
  if (kind !== "arrayStart") {
    throw tokens.error("Value of numeric must be an array.");
  }
  if (tokens.next() !== "string") {
    throw tokens.error(`Invalid member in numeric match: ${tokens.text()}`);
  }
  const operator = tokens.text();
  const valueKind = tokens.next();
  if (!["=", "<", "<=", ">", ">="].includes(operator)) {
    throw tokens.error(`Unrecognized numeric range operator: ${operator}`);
  }
  const value = numberOf(tokens, valueKind, operator === "=" ? "equals" : operator);
  const following = tokens.next();
  if (following === "arrayEnd") {
    return closed(tokens, rangeOf(operator, value), TOO_MANY);
  }
  if (!operator.startsWith(">")) {
    throw tokens.error(TOO_MANY);
  }
  const through = readUpperBound(tokens, following);
  const from = { value, inclusive: operator === ">=" };
  if (from.value >= through.value) {
    throw tokens.error("Bottom must be less than top");
  }
  return closed(tokens, { kind: "range", from, through }, TOO_MANY);
}

function rangeOf(operator: string, value: number): ValueTest {
  if (operator === "=") {
    return { kind: "equals", value };
  }
  const bound = { value, inclusive: operator.endsWith("=") };
  return operator.startsWith("<")
    ? { kind: "range", from: INFINITE.from, through: bound }
    : { kind: "range", from: bound, through: INFINITE.through };
}

function readUpperBound(
  tokens: JsonTokens,
  kind: TokenKind | undefined,
): { readonly value: number; readonly inclusive: boolean } {
  if (kind !== "string") {
    throw tokens.error(`Bad value in numeric range: ${tokens.text()}`);
  }
  const operator = tokens.text();
  if (operator !== "<" && operator !== "<=") {
    throw tokens.error(`Bad numeric range operator: ${operator}`);
  }
  const value = numberOf(tokens, tokens.next(), operator);
  if (tokens.next() !== "arrayEnd") {
    throw tokens.error("Too many terms in numeric range expression");
  }
  return { value, inclusive: operator === "<=" };
}

function numberOf(tokens: JsonTokens, kind: TokenKind | undefined, what: string): number {
  if (kind !== "number") {
    throw tokens.error(`Value of ${what} must be numeric`);
  }
  const number = comparable(tokens.text());
  if ("reason" in number) {
    throw tokens.error(number.reason);
  }
  return number.value;
}

/** How `anything-but` treats the texts of its inner operator. */
interface AnythingButForm {
  readonly notText: string;
  readonly test: (tokens: JsonTokens, text: string) => ValueTest;
}

const AFFIX_NOT_TEXT = "prefix/suffix match pattern must be a string";

const ANYTHING_BUT_FORMS: Readonly<Record<string, AnythingButForm>> = {
  prefix: {
    notText: AFFIX_NOT_TEXT,
    test: (tokens, text) => ({ kind: "prefix", text: notEmpty(tokens, text) }),
  },
  suffix: {
    notText: AFFIX_NOT_TEXT,
    test: (tokens, text) => ({ kind: "suffix", text: notEmpty(tokens, text) }),
  },
  "equals-ignore-case": {
    notText:
      "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
    test: (_tokens, text) => ({ kind: "equalsIgnoringCase", text: foldCase(text) }),
  },
  wildcard: { notText: "wildcard match pattern must be a string", test: wildcardOf },
};

function notEmpty(tokens: JsonTokens, text: string): string {
  if (text === "") {
    throw tokens.error("Null prefix/suffix not allowed");
  }
  return text;
}

function readAnythingBut(tokens: JsonTokens, outerKind: TokenKind | undefined): ValueTest {
  let kind = outerKind;
  let form: AnythingButForm | undefined;
  if (kind === "objectStart") {
    if (tokens.next() !== "fieldName") {
      throw tokens.error("Anything-But expression name not found");
    }
    form = ANYTHING_BUT_FORMS[tokens.name];
    if (form === undefined) {
      throw tokens.error(`Unsupported anything-but pattern: ${tokens.name}`);
    }
    kind = tokens.next();
  }
  if (kind !== "arrayStart" && kind !== "string" && kind !== "number") {
    throw tokens.error("Value of anything-but must be an array or single string/number value.");
  }
  const test: ValueTest =
    form === undefined
      ? { kind: "otherThan", values: readPlainValues(tokens, kind) }
      : { kind: "not", tests: readFormedValues(tokens, kind, form) };
  const inner = closed(tokens, test, TOO_MANY);
  return form === undefined ? inner : closed(tokens, inner, TOO_MANY);
}

function readPlainValues(
  tokens: JsonTokens,
  kind: "arrayStart" | "string" | "number",
): ReadonlySet<Scalar> {
  if (kind !== "arrayStart") {
    return new Set([kind === "string" ? tokens.text() : bareNumber(tokens)]);
  }
  const values = new Set<Scalar>();
  const kinds = new Set<TokenKind>();
  for (let item = tokens.next(); item !== "arrayEnd"; item = tokens.next()) {
    if (item !== "string" && item !== "number") {
      throw tokens.error("Inside anything but list, start|null|boolean is not supported.");
    }
    values.add(item === "string" ? tokens.text() : numberOf(tokens, item, "anything-but"));
    kinds.add(item);
  }
  if (kinds.size !== 1) {
    throw tokens.error(
      "Inside anything but list, either all values are number or string, " +
        "mixed type is not supported",
    );
  }
  return values;
}

/** Out of range, a single number is reported without a position. */
function bareNumber(tokens: JsonTokens): number {
  const number = comparable(tokens.text());
  if ("reason" in number) {
    throw new JsonTokenError(number.reason);
  }
  return number.value;
}

function readFormedValues(
  tokens: JsonTokens,
  kind: "arrayStart" | "string" | "number",
  form: AnythingButForm,
): readonly ValueTest[] {
  if (kind !== "arrayStart") {
    return [form.test(tokens, stringOf(tokens, kind, form.notText))];
  }
  const tests: ValueTest[] = [];
  for (let item = tokens.next(); item !== "arrayEnd"; item = tokens.next()) {
    tests.push(form.test(tokens, stringOf(tokens, item, form.notText)));
  }
  return tests;
}
