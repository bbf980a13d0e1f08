import fc from "fast-check";
import { expect, test } from "vitest";
import { merged, type Shape, shapeOf } from "./event-shape.ts";

const json = fc.jsonValue({ maxDepth: 3 });

/** Whether a value is one the shape describes. */
function fits(shape: Shape, value: unknown): boolean {
  if (value === null || shape.kind === "mixed") {
    return true;
  }
  switch (shape.kind) {
    case "anything":
      return false;
    case "array":
      return Array.isArray(value) && value.every((item) => fits(shape.items, item));
    case "object":
      return (
        typeof value === "object" &&
        !Array.isArray(value) &&
        Object.entries(shape.fields).every(([name, field]) =>
          Object.hasOwn(value, name)
            ? fits(field.shape, (value as Record<string, unknown>)[name])
            : !field.isRequired,
        ) &&
        Object.keys(value).every((name) => shape.fields[name] !== undefined)
      );
    case "integer":
      return Number.isInteger(value);
    case "number":
    case "boolean":
      return typeof value === shape.kind;
    default:
      return typeof value === "string";
  }
}

test("shape: a merged shape fits every example it came from", () => {
  fc.assert(
    fc.property(fc.array(json, { minLength: 1, maxLength: 5 }), (examples) => {
      const values = examples.map((example) => JSON.parse(JSON.stringify(example)) as unknown);
      const shape = values.map((value) => shapeOf(value)).reduce(merged);
      expect(values.filter((value) => !fits(shape, value))).toEqual([]);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test("shape: merging is the same in any order, and again changes nothing", () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      const [left, right] = [shapeOf(a), shapeOf(b)];
      const both = merged(left, right);
      expect(merged(right, left)).toEqual(both);
      expect(merged(both, right)).toEqual(both);
    }),
    { numRuns: 500, seed: 1 },
  );
});
