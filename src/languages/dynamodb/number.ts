/**
 * Exact decimal numbers as DynamoDB has them: up to 38 significant digits, magnitudes from 1E-130
 * to 9.99E+125. No binary floating point takes part in any value.
 *
 * The canonical form is plain decimal: no exponent, no leading or trailing zeros, `-0` is `0`.
 * Equal numbers have equal canonical forms.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */

import { ExpressionError } from "./expression-error.ts";

export type NumberFault = "notNumeric" | "overflow" | "underflow" | "precision";

export class NumberError extends ExpressionError {
  readonly fault: NumberFault;
  /** The text as it was sent. */
  readonly text: string;

  constructor(fault: NumberFault, text: string) {
    super(NUMBER_MESSAGES[fault]);
    this.fault = fault;
    this.text = text;
  }
}

const NUMBER_MESSAGES: Readonly<Record<NumberFault, string>> = {
  notNumeric: "The parameter cannot be converted to a numeric value",
  overflow:
    "Number overflow. Attempting to store a number with magnitude larger than supported range",
  underflow:
    "Number underflow. Attempting to store a number with magnitude smaller than supported range",
  precision: "Attempting to store more than 38 significant digits in a Number",
};

const DIGITS_MAX = 38;
/** Of the first significant digit, in powers of ten. */
const MAGNITUDE_MAX = 125;
const MAGNITUDE_MIN = -130;
/** Integers of this many digits and the sum of two of them are exact as JavaScript numbers. */
const SAFE_DIGITS = 15;

/** `0.digits` times ten to the power of `magnitude + 1`; zero has no digits. */
interface Decimal {
  readonly negative: boolean;
  /** Significant digits: neither the first nor the last is `0`. */
  readonly digits: string;
  readonly magnitude: number;
}

const SYNTAX = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** The canonical form of a number as sent. Throws a `NumberError`. */
export function canonicalNumber(text: string): string {
  return isSmallInteger(text) ? text : format(parse(text));
}

/** Digits without a leading zero, few enough that no limit is near: already canonical. */
function isSmallInteger(text: string): boolean {
  const start = text.charCodeAt(0) === 0x2d ? 1 : 0;
  const length = text.length - start;
  if (length === 0 || length > SAFE_DIGITS) {
    return false;
  }
  if (text.charCodeAt(start) === 0x30) {
    return text === "0";
  }
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) {
      return false;
    }
  }
  return true;
}

function parse(text: string): Decimal {
  const [matched, sign, whole = "", fraction = "", exponent = "0"] = SYNTAX.exec(text) ?? [];
  if (matched === undefined || whole.length + fraction.length === 0) {
    throw new NumberError("notNumeric", text);
  }
  const decimal = decimalOf(sign === "-", whole + fraction, Number(exponent) - fraction.length);
  return checked(decimal, text);
}

/** `digits` times ten to the power of `exponent`. */
function decimalOf(negative: boolean, digits: string, exponent: number): Decimal {
  let start = 0;
  while (digits.charCodeAt(start) === 0x30) {
    start += 1;
  }
  let end = digits.length;
  while (end > start && digits.charCodeAt(end - 1) === 0x30) {
    end -= 1;
  }
  return {
    negative: negative && end > start,
    digits: digits.slice(start, end),
    magnitude: exponent + digits.length - start - 1,
  };
}

function checked(decimal: Decimal, text: string): Decimal {
  if (decimal.digits === "") {
    return decimal;
  }
  if (decimal.magnitude > MAGNITUDE_MAX) {
    throw new NumberError("overflow", text);
  }
  if (decimal.magnitude < MAGNITUDE_MIN) {
    throw new NumberError("underflow", text);
  }
  if (decimal.digits.length > DIGITS_MAX) {
    throw new NumberError("precision", text);
  }
  return decimal;
}

function format({ negative, digits, magnitude }: Decimal): string {
  if (digits === "") {
    return "0";
  }
  return (negative ? "-" : "") + plain(digits, magnitude);
}

function plain(digits: string, magnitude: number): string {
  if (magnitude < 0) {
    return `0.${"0".repeat(-magnitude - 1)}${digits}`;
  }
  const wholeLength = magnitude + 1;
  return digits.length <= wholeLength
    ? digits.padEnd(wholeLength, "0")
    : `${digits.slice(0, wholeLength)}.${digits.slice(wholeLength)}`;
}

/** The order of two canonical numbers: negative, zero or positive. */
export function compareNumbers(a: string, b: string): number {
  const [aNegative, bNegative] = [a.charCodeAt(0) === 0x2d, b.charCodeAt(0) === 0x2d];
  if (aNegative !== bNegative) {
    return aNegative ? -1 : 1;
  }
  return aNegative ? comparePositive(b, a, 1) : comparePositive(a, b, 0);
}

/** Compares what follows the first `skip` characters. */
function comparePositive(a: string, b: string, skip: number): number {
  const [aWhole, bWhole] = [wholeEnd(a), wholeEnd(b)];
  if (aWhole !== bWhole) {
    return aWhole - bWhole;
  }
  const length = Math.min(a.length, b.length);
  for (let at = skip; at < length; at += 1) {
    const difference = a.charCodeAt(at) - b.charCodeAt(at);
    if (difference !== 0) {
      return difference;
    }
  }
  return a.length - b.length;
}

function wholeEnd(text: string): number {
  const point = text.indexOf(".");
  return point === -1 ? text.length : point;
}

/** The sum of two canonical numbers. Throws a `NumberError` when it is out of range. */
export function addNumbers(a: string, b: string): string {
  if (isSmallInteger(a) && isSmallInteger(b)) {
    return String(Number(a) + Number(b));
  }
  return sum(parse(a), parse(b));
}

export function subtractNumbers(a: string, b: string): string {
  if (isSmallInteger(a) && isSmallInteger(b)) {
    return String(Number(a) - Number(b));
  }
  const right = parse(b);
  return sum(parse(a), { ...right, negative: !right.negative });
}

function sum(a: Decimal, b: Decimal): string {
  const exponent = Math.min(exponentOf(a), exponentOf(b));
  const total = scaled(a, exponent) + scaled(b, exponent);
  const digits = (total < 0n ? -total : total).toString();
  return format(checked(decimalOf(total < 0n, digits, exponent), digits));
}

/** Of the last significant digit. */
function exponentOf(decimal: Decimal): number {
  return decimal.digits === "" ? 0 : decimal.magnitude - decimal.digits.length + 1;
}

function scaled(decimal: Decimal, exponent: number): bigint {
  if (decimal.digits === "") {
    return 0n;
  }
  const value = BigInt(decimal.digits) * 10n ** BigInt(exponentOf(decimal) - exponent);
  return decimal.negative ? -value : value;
}

/**
 * What a canonical number adds to the size of an item, in bytes: one, one for each two significant
 * digits before the point and for each two behind it, and one for a minus sign.
 * Source: recorded answers at the 400 KB limit, eu-west-2, 2026-08-18
 * (https://github.com/paritysuite/dynamodb-conformance, tests/tier3/limits/numberByteSize.test.ts).
 */
export function numberSize(canonical: string): number {
  const negative = canonical.charCodeAt(0) === 0x2d ? 1 : 0;
  const point = canonical.indexOf(".");
  if (point === -1) {
    return 1 + negative + pairs(canonical.length - negative - trailingZeros(canonical));
  }
  const whole = point - negative === 1 && canonical.charCodeAt(negative) === 0x30;
  if (!whole) {
    return 1 + negative + pairs(point - negative) + pairs(canonical.length - point - 1);
  }
  let start = point + 1;
  while (canonical.charCodeAt(start) === 0x30) {
    start += 1;
  }
  return 1 + negative + pairs(canonical.length - start);
}

function pairs(digits: number): number {
  return Math.ceil(digits / 2);
}

function trailingZeros(text: string): number {
  let count = 0;
  while (count < text.length && text.charCodeAt(text.length - 1 - count) === 0x30) {
    count += 1;
  }
  return count;
}

/** First bytes of the order-preserving form; none is 0x00, which keys would have to escape. */
const NEGATIVE = 0x01;
const ZERO = 0x02;
const POSITIVE = 0x03;
/** Above all complemented digit pairs, so that a shorter negative mantissa sorts behind. */
const NEGATIVE_END = 0xfe;

/**
 * Bytes that compare as the canonical numbers do: sign, magnitude, then two digits a byte.
 * At most 22 bytes.
 */
export function numberSortBytes(canonical: string): Uint8Array {
  const { negative, digits, magnitude } = parse(canonical);
  if (digits === "") {
    return Buffer.of(ZERO);
  }
  const out = [negative ? NEGATIVE : POSITIVE];
  const rank = magnitude - MAGNITUDE_MIN;
  out.push(negative ? 0xff - rank : rank);
  for (let at = 0; at < digits.length; at += 2) {
    const pair = 1 + Number(digits.slice(at, at + 2).padEnd(2, "0"));
    out.push(negative ? 102 - pair : pair);
  }
  if (negative) {
    out.push(NEGATIVE_END);
  }
  return Buffer.from(out);
}
