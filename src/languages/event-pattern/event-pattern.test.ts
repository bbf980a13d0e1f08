import { expect, test } from "vitest";
import invalid from "./cases/invalid.json" with { type: "json" };
import valid from "./cases/valid.json" with { type: "json" };
import { type EventPattern, parseEventPattern } from "./event-pattern.ts";
import { matchesEvent } from "./matcher.ts";
import { RuleIndex } from "./rule-index.ts";

function parsed(pattern: unknown): EventPattern {
  const result = parseEventPattern(JSON.stringify(pattern));
  expect(result.reason).toBeUndefined();
  return result.pattern ?? { branches: [] };
}

for (const { cases } of valid) {
  for (const { name, pattern, matches, misses } of cases) {
    test(`match: ${name}`, () => {
      const compiled = parsed(pattern);
      const index = new RuleIndex<string>();
      index.set("rule", compiled);
      const verdicts = (events: readonly object[]): unknown[] =>
        events.map((event) => [matchesEvent(compiled, event), index.match(event).size]);
      expect(verdicts(matches)).toEqual(matches.map(() => [true, 1]));
      expect(verdicts(misses)).toEqual(misses.map(() => [false, 0]));
    });
  }
}

for (const { pattern, reason, column } of invalid) {
  test(`parse: refuses ${pattern.slice(0, 60)}`, () => {
    const place =
      column === undefined
        ? ""
        : `\n at [Source: (String)"${pattern}"; line: 1, column: ${column}]`;
    expect(parseEventPattern(pattern).reason).toBe(reason + place);
  });
}

test("parse: errors count lines, and show the first 500 characters", () => {
  expect(parseEventPattern('{\n  "a": [\n    "b",\n    []\n  ]\n}').reason).toContain(
    "; line: 4, column: 6]",
  );
  const long = `{"a": ["${"x".repeat(600)}"], "b": 1}`;
  expect(parseEventPattern(long).reason).toContain(
    `"${long.slice(0, 500)}"[truncated ${long.length - 500} chars]; line: 1`,
  );
});

test("parse: the last of two fields of one name counts", () => {
  const { pattern } = parseEventPattern('{"tags": ["one"], "tags": ["two"]}');
  expect(pattern && matchesEvent(pattern, { tags: ["two"] })).toBe(true);
  expect(pattern && matchesEvent(pattern, { tags: ["one"] })).toBe(false);
});

test("parse: refuses more than 1000 ways through $or", () => {
  const list = Array.from({ length: 11 }, (_, index) => ({ [`a${index}`]: [1] }));
  const twice = { x: { $or: list }, y: { $or: list }, z: { $or: list } };
  expect(parseEventPattern(JSON.stringify(twice)).reason).toMatch(/^\$or results in over 1000/);
});

test("match: many arrays do not multiply", () => {
  const names = Array.from({ length: 12 }, (_, index) => `f${index}`);
  const pattern = parsed({
    ...Object.fromEntries(names.map((name) => [name, { x: ["y"] }])),
    last: { x: ["y"], z: ["no"] },
  });
  const items = Array.from({ length: 50 }, () => ({ x: "y" }));
  const event = Object.fromEntries([...names, "last"].map((name) => [name, items]));
  expect(matchesEvent(pattern, event)).toBe(false);
  expect(matchesEvent(pattern, { ...event, last: [{ x: "y", z: "no" }] })).toBe(true);
});
