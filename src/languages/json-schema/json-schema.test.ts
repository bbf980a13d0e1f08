import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { schemaProblems, validationErrorString } from "./json-schema.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-validation-set-up.html */
const PET = {
  $schema: "http://json-schema.org/draft-04/schema#",
  title: "PetStoreModel",
  type: "object",
  required: ["name", "type"],
  properties: {
    name: { type: "string" },
    type: { type: "string", enum: ["dog", "cat", "fish"] },
    price: { type: "number", minimum: 25, maximum: 500 },
  },
};

describe("schema", () => {
  test("request: AWS's example is checked", () => {
    expect(schemaProblems(PET, { name: "a", type: "dog", price: 30.5 })).toEqual([]);
    expect(schemaProblems(PET, { price: 30 })).toEqual([
      'object has missing required properties (["name","type"])',
    ]);
    expect(schemaProblems(PET, { name: 1, type: "bird", price: 1 })).toEqual([
      'instance type (integer) does not match any allowed primitive type (allowed: ["string"])',
      "numeric instance is lower than the required minimum (minimum: 25, found: 1)",
      'instance value ("bird") not found in enum (possible values: ["dog","cat","fish"])',
    ]);
  });

  test("members are looked at only while nothing is wrong", () => {
    expect(schemaProblems(PET, { name: 1 })).toEqual([
      'object has missing required properties (["type"])',
    ]);
  });

  test("problems are told as one text", () => {
    expect(validationErrorString(["a", "b"])).toBe("[a, b]");
  });

  test.each([
    [{ type: "number" }, 1, undefined],
    [
      { type: "integer" },
      1.5,
      'instance type (number) does not match any allowed primitive type (allowed: ["integer"])',
    ],
    [
      { type: "number" },
      "1",
      'instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])',
    ],
    [{ type: ["null", "string"] }, null, undefined],
    [
      { type: "null" },
      [],
      'instance type (array) does not match any allowed primitive type (allowed: ["null"])',
    ],
    [{ minLength: 2 }, "😀", 'string "😀" is too short (length: 1, required minimum: 2)'],
    [{ maxLength: 1 }, "ab", 'string "ab" is too long (length: 2, maximum allowed: 1)'],
    [{ pattern: "^a+$" }, "ab", 'ECMA 262 regex "^a+$" does not match input string "ab"'],
    [{ pattern: "b" }, "abc", undefined],
    [
      { maximum: 1, exclusiveMaximum: true },
      1,
      "numeric instance is not strictly lower than the required maximum 1",
    ],
    [
      { minimum: 1, exclusiveMinimum: true },
      1,
      "numeric instance is not strictly greater than the required minimum 1",
    ],
    [{ multipleOf: 0.1 }, 0.3, undefined],
    [{ multipleOf: 2 }, 3, "remainder of division is not zero (3 / 2)"],
    [
      { items: { type: "string" } },
      ["a", 1],
      'instance type (integer) does not match any allowed primitive type (allowed: ["string"])',
    ],
    [
      { items: [{}], additionalItems: false },
      [1, 2],
      "schema only allows 1 elements in array but instance has 2 elements",
    ],
    [
      { items: [{}], additionalItems: { type: "string" } },
      [1, 2],
      'instance type (integer) does not match any allowed primitive type (allowed: ["string"])',
    ],
    [
      { minItems: 1 },
      [],
      "array is too short: must have at least 1 elements but instance has 0 elements",
    ],
    [
      { maxItems: 1 },
      [1, 2],
      "array is too long: must have at most 1 elements but instance has 2 elements",
    ],
    [
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      "array must not contain duplicate elements",
    ],
    [
      { minProperties: 1 },
      {},
      "object has too few properties (found 0 but schema requires at least 1)",
    ],
    [
      { maxProperties: 0 },
      { a: 1 },
      "object has too many properties (found 1 but schema requires at most 0)",
    ],
    [
      { properties: { a: {} }, patternProperties: { "^x": {} }, additionalProperties: false },
      { c: 1, b: 1, a: 1, xa: 1 },
      'object instance has properties which are not allowed by the schema: ["b","c"]',
    ],
    [
      { additionalProperties: { type: "string" } },
      { a: 1 },
      'instance type (integer) does not match any allowed primitive type (allowed: ["string"])',
    ],
    [
      { dependencies: { a: ["b"] } },
      { a: 1 },
      'property "a" of object has missing property dependencies (schema requires ["b"]; missing: ["b"])',
    ],
    [
      { dependencies: { a: { required: ["b"] } } },
      { a: 1 },
      'object has missing required properties (["b"])',
    ],
    [
      { allOf: [{ type: "string" }, { minLength: 2 }] },
      "a",
      "instance failed to match all required schemas (matched only 1 out of 2)",
    ],
    [
      { anyOf: [{ type: "string" }, { type: "null" }] },
      1,
      "instance failed to match at least one required schema among 2",
    ],
    [
      { oneOf: [{ type: "number" }, { type: "integer" }] },
      1,
      "instance failed to match exactly one schema (matched 2 out of 2)",
    ],
    [{ not: { type: "string" } }, "a", "instance matched a schema which it should not have"],
    [{ enum: [{ a: [1] }] }, { a: [1] }, undefined],
    [{ format: "email" }, "nobody", 'string "nobody" is not a valid email address'],
    [{ format: "email" }, "a@b.c", undefined],
    [{ format: "date-time" }, "2026-11-21T20:00:00.5Z", undefined],
    [
      { format: "date-time" },
      "2026-11-21",
      "string \"2026-11-21\" is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]",
    ],
    [{ format: "ipv4" }, "1.2.3.256", 'string "1.2.3.256" is not a valid IPv4 address'],
    [{ format: "ipv6" }, "fe80::1", undefined],
    [{ format: "ipv6" }, "1:2:3", 'string "1:2:3" is not a valid IPv6 address'],
    [{ format: "hostname" }, "-a", 'string "-a" is not a valid hostname'],
    [{ format: "uri" }, "https://a.b/c?d", undefined],
    [{ format: "no-such-format" }, "x", undefined],
  ] as const)("keywords: %j of %j", (schema, value, problem) => {
    expect(schemaProblems(schema, value)).toEqual(problem === undefined ? [] : [problem]);
  });

  test("references: definitions, other models, recursion and loops", () => {
    const address = "https://apigateway.amazonaws.com/restapis/abc/models/Pet";
    const list = {
      definitions: { pets: { items: { $ref: address } } },
      $ref: "#/definitions/pets",
    };
    const resolve = (wanted: string) => (wanted === address ? PET : undefined);
    expect(schemaProblems(list, [{ name: "a", type: "cat" }], resolve)).toEqual([]);
    expect(schemaProblems(list, [{ name: "a" }], resolve)).toEqual([
      'object has missing required properties (["type"])',
    ]);
    expect(schemaProblems(list, [1])).toEqual([`JSON Reference "${address}" cannot be resolved`]);
    const tree = { type: "object", properties: { left: { $ref: "#" } } };
    expect(schemaProblems(tree, { left: { left: 1 } })).toHaveLength(1);
    expect(schemaProblems({ $ref: "#" }, 1)).toEqual(["JSON Reference loop"]);
    expect(schemaProblems({ allOf: [{ $ref: "#" }] }, 1)).toHaveLength(1);
  });

  test("values: any value passes an empty schema, and its own enumeration alone", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
        expect(schemaProblems({}, value)).toEqual([]);
        expect(schemaProblems({ enum: [value] }, value)).toEqual([]);
        const isSame = JSON.stringify(sorted(value)) === JSON.stringify(sorted(other));
        expect(schemaProblems({ enum: [value] }, other).length).toBe(isSame ? 0 : 1);
        expect(schemaProblems({ not: { enum: [value] } }, value)).toHaveLength(1);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value)
        .map(([name, member]) => [name, sorted(member)] as const)
        .sort(([left], [right]) => (left < right ? -1 : 1))
    : value;
}
