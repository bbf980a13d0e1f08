import fc from "fast-check";
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

const word = fc.constantFrom(
  "a",
  "b",
  "ab",
  "ba",
  "aab",
  "10.0.0.1",
  "::1",
  "0:0::1",
  "",
  "A",
  "aB",
);
const scalar = fc.oneof(word, fc.integer({ min: -2, max: 3 }), fc.boolean(), fc.constant(null));
const fieldName = fc.constantFrom("source", "detail-type", "x", "y", "x.y");

const anyEvent = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    scalar,
    tie("object"),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
  object: fc.dictionary(fieldName, tie("value"), { maxKeys: 4 }),
})).object as fc.Arbitrary<object>;

const wildcard = fc.constantFrom("*", "a*", "*b", "a*b", "*a*", "ab");
const expression = fc.oneof(
  fc.record({ prefix: word }),
  fc.record({ suffix: word }),
  fc.record({ wildcard }),
  fc.record({ "equals-ignore-case": word }),
  fc.record({ prefix: fc.record({ "equals-ignore-case": word }) }),
  fc.record({ suffix: fc.record({ "equals-ignore-case": word }) }),
  fc.record({ "anything-but": fc.oneof(word, fc.array(word, { minLength: 1, maxLength: 2 })) }),
  fc.record({ "anything-but": fc.record({ wildcard }) }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ numeric: fc.tuple(fc.constantFrom("=", "<", "<=", ">", ">="), fc.integer()) }),
  fc.constant({ cidr: "10.0.0.0/8" }),
);
const tests = fc.array(fc.oneof(scalar, expression), { minLength: 1, maxLength: 3 });
const anyPattern = fc.letrec((tie) => ({
  node: fc.oneof({ maxDepth: 3, depthSize: "small" }, tests, tie("fields")),
  fields: fc.dictionary(fieldName, tie("node"), { minKeys: 1, maxKeys: 3 }),
  pattern: fc.oneof(
    tie("fields"),
    fc.record({ x: tie("node"), $or: fc.array(tie("fields"), { minLength: 2, maxLength: 3 }) }),
  ),
})).pattern as fc.Arbitrary<object>;

test("index: finds what trying every pattern finds, while rules come and go", () => {
  let matched = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.option(anyPattern, { freq: 8 })), {
        maxLength: 12,
      }),
      fc.array(anyEvent, { minLength: 1, maxLength: 8 }),
      (changes, events) => {
        const index = new RuleIndex<number>();
        const rules = new Map<number, EventPattern>();
        for (const [rule, change] of changes) {
          if (change === null) {
            index.delete(rule);
            rules.delete(rule);
          } else {
            const pattern = parsed(change);
            index.set(rule, pattern);
            rules.set(rule, pattern);
          }
        }
        expect(index.size).toBe(rules.size);
        for (const event of events) {
          const expected = [...rules].filter(([, pattern]) => matchesEvent(pattern, event));
          matched += expected.length;
          expect([...index.match(event)].sort()).toEqual(expected.map(([rule]) => rule).sort());
        }
      },
    ),
    { numRuns: 2000, seed: 1 },
  );
  expect(matched).toBeGreaterThan(300);
});

test("index: an emptied index keeps nothing and matches nothing", () => {
  const index = new RuleIndex<string>();
  const pattern = parsed({ source: ["a", { prefix: "b" }], detail: { x: ["y"] } });
  index.set("one", pattern);
  index.set("two", pattern);
  index.delete("one");
  const event = { source: "bc", detail: { x: "y" } };
  expect([...index.match(event)]).toEqual(["two"]);
  index.delete("two");
  expect([...index.match(event)]).toEqual([]);
});
