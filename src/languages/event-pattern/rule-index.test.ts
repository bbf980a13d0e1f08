import fc from "fast-check";
import { expect, test } from "vitest";
import { type Branch, type EventPattern, parseEventPattern } from "./event-pattern.ts";
import { matchesEvent } from "./matcher.ts";
import { RuleIndex } from "./rule-index.ts";

function parsed(pattern: unknown): EventPattern {
  const result = parseEventPattern(JSON.stringify(pattern));
  expect(result.reason).toBeUndefined();
  return result.pattern ?? { branches: [] };
}

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

const wildcard = fc.constantFrom(
  "*",
  "a*",
  "*b",
  "a*b",
  "*a*",
  "ab",
  "*a*b*",
  "*b*a",
  "a*a*b",
  "*ab*",
);
const texts = fc.array(fc.constantFrom("a", "b", "ab", "ba", "aab"), {
  minLength: 1,
  maxLength: 3,
});
const bound = fc.integer({ min: -2, max: 3 });
const expression = fc.oneof(
  fc.record({ prefix: word }),
  fc.record({ suffix: word }),
  fc.record({ wildcard }),
  fc.record({ "equals-ignore-case": word }),
  fc.record({ prefix: fc.record({ "equals-ignore-case": word }) }),
  fc.record({ suffix: fc.record({ "equals-ignore-case": word }) }),
  fc.record({ "anything-but": fc.oneof(word, fc.array(word, { minLength: 1, maxLength: 2 })) }),
  fc.record({
    "anything-but": fc.array(fc.integer({ min: -2, max: 3 }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    "anything-but": fc.record({ wildcard: fc.array(wildcard, { minLength: 1, maxLength: 2 }) }),
  }),
  fc.record({ "anything-but": fc.record({ prefix: texts }) }),
  fc.record({ "anything-but": fc.record({ suffix: texts }) }),
  fc.record({ "anything-but": fc.record({ "equals-ignore-case": texts }) }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ numeric: fc.tuple(fc.constantFrom("=", "<", "<=", ">", ">="), bound) }),
  fc
    .tuple(fc.constantFrom(">", ">="), bound, fc.constantFrom("<", "<="), fc.nat({ max: 3 }))
    .map(([above, from, below, size]) => ({ numeric: [above, from, below, from + size + 1] })),
  fc.record({ cidr: fc.constantFrom("10.0.0.0/8", "10.0.0.0/31", "0.0.0.0/1", "::/16", "::/127") }),
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
      fc.constantFrom(0, 0, 1, 3),
      (changes, events, branchesPerNodeMax) => {
        const index = new RuleIndex<number>({ branchesPerNodeMax });
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
  const index = new RuleIndex<string>({ branchesPerNodeMax: 0 });
  const pattern = parsed({ source: ["a", { prefix: "b" }], detail: { x: ["y"] } });
  index.set("one", pattern);
  index.set("two", pattern);
  index.delete("one");
  const event = { source: "bc", detail: { x: "y" } };
  expect([...index.match(event)]).toEqual(["two"]);
  index.delete("two");
  expect([...index.match(event)]).toEqual([]);
});

/** 2,000 rules of one kind, of which exactly one matches its event. */
const KINDS: Readonly<Record<string, (rule: number) => { pattern: object; event: object }>> = {
  exact: (rule) => ({ pattern: { x: [`v${rule}`] }, event: { x: `v${rule}` } }),
  ranges: (rule) => ({
    pattern: { x: [{ numeric: [">=", rule, "<", rule + 1] }] },
    event: { x: rule + 0.5 },
  }),
  "address blocks": (rule) => ({
    pattern: { x: [{ cidr: `10.${rule >> 8}.${rule & 255}.0/24` }] },
    event: { x: `10.${rule >> 8}.${rule & 255}.7` },
  }),
  wildcards: (rule) => ({
    pattern: { x: [{ wildcard: `*-${rule}-*` }] },
    event: { x: `a-${rule}-b` },
  }),
  "anything-but": (rule) => ({
    pattern: { x: [{ "anything-but": [`v${rule}`, "other"] }], y: [`v${rule}`] },
    event: { x: "v", y: `v${rule}` },
  }),
  present: (rule) => ({
    pattern: { [`x${rule}`]: [{ exists: true }] },
    event: { [`x${rule}`]: 1 },
  }),
};

for (const [kind, make] of Object.entries(KINDS)) {
  test(`index: of many rules with ${kind} few are looked at`, () => {
    const index = new RuleIndex<number>();
    const looked = new Set<object>();
    for (let rule = 0; rule < 2_000; rule += 1) {
      const { pattern } = make(rule);
      const branches = parsed(pattern).branches.map((branch) => watched(branch, looked));
      index.set(rule, { branches });
    }
    looked.clear();
    expect([...index.match(make(1_234).event)]).toEqual([1_234]);
    expect(looked.size).toBeLessThan(40);
    for (let rule = 0; rule < 2_000; rule += 1) {
      index.delete(rule);
    }
    expect([...index.match(make(1_234).event)]).toEqual([]);
  });
}

test("index: of many anything-but only those that let a value pass are found", () => {
  const index = new RuleIndex<number>();
  const looked = new Set<object>();
  for (let rule = 0; rule < 5_000; rule += 1) {
    const values = rule === 4_321 ? ["mine"] : ["X", `v${rule}`];
    const { branches } = parsed({ x: [{ "anything-but": values }] });
    index.set(rule, { branches: branches.map((branch) => watched(branch, looked)) });
  }
  looked.clear();
  expect([...index.match({ x: "X" })]).toEqual([4_321]);
  expect(looked.size).toBeLessThan(20);
  expect(index.match({ x: "v7" }).size).toBe(4_999);
  index.delete(4_321);
  expect([...index.match({ x: "X" })]).toEqual([]);
  index.set(9, parsed({ x: [{ "anything-but": ["mine"] }] }));
  expect([...index.match({ x: "X" })]).toEqual([9]);
});

/** The same branch, which notes that its fields were looked at. */
function watched(branch: Branch, looked: Set<object>): Branch {
  return new Proxy(branch, {
    get(target, member, receiver) {
      looked.add(target);
      return Reflect.get(target, member, receiver);
    },
  });
}
