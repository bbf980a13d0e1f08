import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareBytes } from "../../base/bytes.ts";
import {
  addNumbers,
  canonicalNumber,
  compareNumbers,
  NumberError,
  numberSize,
  numberSortBytes,
  subtractNumbers,
} from "./number.ts";

/** A number as the model has it: an integer times a power of ten that is the same for all. */
const SCALE = 130;

function model(text: string): bigint {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace(/^[+-]/, "").split(".");
  const power = SCALE + Number(exponent) - fraction.length;
  const magnitude = BigInt(whole + fraction) * 10n ** BigInt(power);
  return mantissa.startsWith("-") ? -magnitude : magnitude;
}

const digits = (max: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: max }).map((d) => d.join(""));

/** Texts of numbers in range, in every form. */
const numberText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("", "-", "+"),
    digits(19),
    fc.option(digits(19), { nil: undefined }),
    fc.integer({ min: -90, max: 90 }),
    fc.constantFrom("plain", "e", "E+"),
  )
  .map(([sign, whole, fraction, exponent, form]) => {
    const mantissa = `${sign}${whole}${fraction === undefined ? "" : `.${fraction}`}`;
    if (form === "plain") {
      return mantissa;
    }
    return form === "E+" && exponent >= 0 ? `${mantissa}E+${exponent}` : `${mantissa}e${exponent}`;
  });

describe("canonical numbers", () => {
  test.each([
    ["0", "0"],
    ["-0", "0"],
    ["000", "0"],
    ["0.000", "0"],
    ["0e999", "0"],
    ["+5", "5"],
    ["0042.1200", "42.12"],
    [".5", "0.5"],
    ["5.", "5"],
    ["1e3", "1000"],
    ["1E-3", "0.001"],
    ["-1.5e2", "-150"],
    ["123456789012345678901234567890.12345678", "123456789012345678901234567890.12345678"],
    ["1E125", `1${"0".repeat(125)}`],
    ["1E-130", `0.${"0".repeat(129)}1`],
  ])("canonicalNumber: %s is %s", (text, expected) => {
    expect(canonicalNumber(text)).toBe(expected);
  });

  test.each([
    ["", "notNumeric"],
    ["-", "notNumeric"],
    [".", "notNumeric"],
    ["e5", "notNumeric"],
    ["1e", "notNumeric"],
    [" 1", "notNumeric"],
    ["1 ", "notNumeric"],
    ["0x10", "notNumeric"],
    ["NaN", "notNumeric"],
    ["Infinity", "notNumeric"],
    ["1.2.3", "notNumeric"],
    ["1e126", "overflow"],
    ["-1e99999999999", "overflow"],
    ["1e-131", "underflow"],
    ["1e-99999999999", "underflow"],
    ["123456789012345678901234567890123456789", "precision"],
  ])("canonicalNumber: refuses %j as %s", (text, fault) => {
    expect(() => canonicalNumber(text)).toThrow(
      expect.toSatisfy((error) => error instanceof NumberError && error.fault === fault),
    );
  });

  test("canonicalNumber: keeps the value, and its own form", () => {
    fc.assert(
      fc.property(numberText, (text) => {
        const canonical = canonicalNumber(text);
        expect(model(canonical)).toBe(model(text));
        expect(canonicalNumber(canonical)).toBe(canonical);
        expect(canonical).toMatch(/^(0|-?(?!0\d)\d+(\.\d*[1-9])?)$/);
      }),
    );
  });
});

describe("order", () => {
  const pair = fc.tuple(numberText.map(canonicalNumber), numberText.map(canonicalNumber));
  const order = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

  test("compareNumbers and numberSortBytes: order as the values do", () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const expected = order(model(a), model(b));
        expect(Math.sign(compareNumbers(a, b))).toBe(expected);
        expect(Math.sign(compareBytes(numberSortBytes(a), numberSortBytes(b)))).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test("numberSortBytes: neighbours of every kind", () => {
    const ascending = [
      "-9.9999999999999999999999999999999999999e125",
      "-1e125",
      "-101",
      "-100",
      "-10.5",
      "-10",
      "-1.05",
      "-1",
      "-0.5",
      "-1e-130",
      "0",
      "1e-130",
      "0.001",
      "0.01",
      "0.5",
      "1",
      "1.05",
      "10",
      "10.5",
      "100",
      "101",
      "1e125",
    ].map((text) => numberSortBytes(canonicalNumber(text)));
    expect([...ascending].sort(compareBytes)).toEqual(ascending);
    expect(Math.max(...ascending.map((bytes) => bytes.length))).toBeLessThanOrEqual(22);
  });
});

describe("arithmetic", () => {
  const small = fc
    .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: -3, max: 3 }))
    .map(([value, exponent]) => canonicalNumber(`${value}e${exponent}`));

  test("addNumbers and subtractNumbers: exact", () => {
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(model(addNumbers(a, b))).toBe(model(a) + model(b));
        expect(model(subtractNumbers(a, b))).toBe(model(a) - model(b));
        expect(subtractNumbers(addNumbers(a, b), b)).toBe(a);
      }),
    );
  });

  test.each([
    ["0.1", "0.2", "0.3"],
    ["999999999999999", "1", "1000000000000000"],
    ["-5", "5", "0"],
    ["1e125", "-1e125", "0"],
  ])("addNumbers: %s and %s is %s", (a, b, expected) => {
    expect(addNumbers(canonicalNumber(a), canonicalNumber(b))).toBe(expected);
  });

  test("addNumbers: refuses what does not fit", () => {
    const large = canonicalNumber("9e125");
    expect(() => addNumbers(large, large)).toThrow("Number overflow");
    expect(() => addNumbers(large, "1")).toThrow("38 significant digits");
  });
});

/** Source: https://github.com/paritysuite/dynamodb-conformance, tests/tier3/limits/numberByteSize.test.ts */
describe("size", () => {
  test.each([
    ["0", 1],
    ["1", 2],
    ["-1", 3],
    ["12", 2],
    ["123", 3],
    ["123456", 4],
    ["3.14159", 5],
    ["100", 2],
    ["100.5", 4],
    ["0.001", 2],
    ["1E125", 2],
  ])("numberSize: %s takes %i bytes", (text, expected) => {
    expect(numberSize(canonicalNumber(text))).toBe(expected);
  });
});
