import { expect, test } from "vitest";
import { resourceLines } from "./resource-lines.ts";

test("resourceLines: the lines of logical ids, in YAML and JSON", () => {
  expect([
    ...resourceLines("A: 1\nResources:\n  # first\n  Q: {Type: x}\n  R:\n    Type: !Ref y\n"),
  ]).toEqual([
    ["Q", 4],
    ["R", 5],
  ]);
  const pasted = "Resources:\n  A: {\n  }\n  B: {}\n";
  expect([...resourceLines(pasted)]).toEqual([
    ["A", 2],
    ["B", 4],
  ]);
  expect([...resourceLines('{\n "Resources": {\n  "Q": {}\n }\n}')]).toEqual([["Q", 3]]);
});

test("resourceLines: a text without resources has none", () => {
  expect([...resourceLines("just text")]).toEqual([]);
  expect([...resourceLines("Resources: []")]).toEqual([]);
});
