import { expect, test } from "vitest";
import { schemaFaults } from "./schema-faults.ts";

const INVALID = ["Invalid model schema specified"];
const NOT_CANONICAL = [...INVALID, "Model reference must be in canonical form"];

test.each([
  [{}, []],
  [
    { $schema: "http://json-schema.org/draft-04/schema#", title: "Empty Schema", type: "object" },
    [],
  ],
  [
    { $id: "x", properties: { a: { const: 1 } } },
    ['Invalid model schema specified. Unsupported keyword(s): ["$id","const"]'],
  ],
  [{ properties: { example: { type: "string" } } }, []],
  [
    { properties: { a: { type: "string", example: "x" } } },
    ['Invalid model schema specified. Unsupported keyword(s): ["example"]'],
  ],
  [{ enum: ["A", "A"] }, INVALID],
  [{ required: [] }, INVALID],
  [{ required: ["a", "a"] }, INVALID],
  [{ properties: { a: { required: true } } }, INVALID],
  [{ type: "date" }, INVALID],
  [{ type: ["string", "null"] }, []],
  [{ pattern: "(" }, INVALID],
  [{ minimum: 1, exclusiveMinimum: 2 }, INVALID],
  [{ items: { allOf: [{ minLength: -1 }] } }, INVALID],
  [{ $ref: "Pet" }, NOT_CANONICAL],
  [{ items: { $ref: "https://example.com/Pet" } }, NOT_CANONICAL],
  [{ items: { $ref: "https://apigateway.amazonaws.com/restapis/abc/models/Pet" } }, []],
  [{ $ref: "#/definitions/a", definitions: { a: { not: { type: "null" } } } }, []],
] as const)("schema: %j", (schema, faults) => {
  expect(schemaFaults(schema)).toEqual(faults);
});
