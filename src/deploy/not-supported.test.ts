import { expect, test } from "vitest";
import { featuresIn, NotSupportedError, resourceOfFeature } from "./not-supported.ts";

test.each([
  [["resource type A (resource X)"], "Millrace does not support resource type A (resource X)"],
  [["a (resource X)", "b"], "Millrace does not support:\n- a (resource X)\n- b"],
])("features: %j are told, and read back", (features, message) => {
  expect(new NotSupportedError(features).message).toBe(message);
  expect(featuresIn(message)).toEqual(features);
});

test("features: another message has none; a feature may belong to no resource", () => {
  expect(featuresIn("Parameters: [P] must have values")).toEqual([]);
  expect(resourceOfFeature("a (resource X)")).toBe("X");
  expect(resourceOfFeature("Globals.Api")).toBeUndefined();
});
