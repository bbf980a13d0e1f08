import fc from "fast-check";
import { XMLValidator } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../data/scope.ts";
import { graphOf } from "./graph.ts";
import { type Box, layoutOf, type PlacedState } from "./layout.ts";
import { ganttOf, mermaidOf } from "./mermaid.ts";
import { svgOf } from "./svg.ts";
import type { Visit } from "./visits.ts";

const POLLING: Json = {
  StartAt: "Look",
  States: {
    Look: {
      Type: "Task",
      Next: "Done?",
      Catch: [{ ErrorEquals: ["E", "F"], Next: "Bad" }],
    },
    "Done?": {
      Type: "Choice",
      Choices: [
        {
          And: [
            { Variable: "$.s", StringEquals: "DONE" },
            { Not: { Variable: "$.n", NumericLessThan: 3 } },
          ],
          Next: "Fan",
        },
      ],
      Default: "Look",
    },
    Fan: {
      Type: "Map",
      ItemProcessor: { StartAt: "Item", States: { Item: { Type: "Pass", End: true } } },
      End: true,
    },
    Bad: { Type: "Fail" },
  },
};

const looked: Visit = {
  name: "Look",
  type: "Task",
  depth: 0,
  enteredMs: 1_000,
  leftMs: 3_000,
  status: "succeeded",
  tries: 1,
};

describe("graph", () => {
  test("knows what leads where, and when", () => {
    const { startAt, states } = graphOf(POLLING);
    expect(startAt).toBe("Look");
    expect(states.map(({ name, edges, isEnd }) => [name, isEnd, ...edges])).toEqual([
      [
        "Look",
        false,
        { to: "Done?", kind: "next", label: "" },
        { to: "Bad", kind: "catch", label: "E, F" },
      ],
      [
        "Done?",
        false,
        {
          to: "Fan",
          kind: "choice",
          label: '$.s StringEquals "DONE" and not ($.n NumericLes…',
        },
        { to: "Look", kind: "default", label: "otherwise" },
      ],
      ["Fan", true],
      ["Bad", true],
    ]);
    expect(states[2]?.inner).toMatchObject([{ startAt: "Item", states: [{ name: "Item" }] }]);
  });

  test("reads conditions of JSONata without their braces", () => {
    const { states } = graphOf({
      States: { C: { Type: "Choice", Choices: [{ Condition: "{% $n > 1 %}", Next: "C" }] } },
    });
    expect(states[0]?.edges[0]?.label).toBe("$n > 1");
  });

  test.each([[null], [[]], ["text"], [{}], [{ States: [] }]])("of %j: no states", (json) => {
    expect(graphOf(json as Json).states).toEqual([]);
  });
});

test("mermaid: nodes, subgraphs, edges and the classes of statuses", () => {
  const text = mermaidOf(graphOf(POLLING), new Map([["Look", "running"]]));
  expect(text.split("\n")).toEqual([
    "flowchart TD",
    '  s0["Look"]:::running',
    '  s1{"Done?"}',
    '  subgraph s2["Fan"]',
    '    subgraph s2b0[" "]',
    '      s4["Item"]',
    "      start1(( )) --> s4",
    "      s4 --> end1((( )))",
    "    end",
    "  end",
    '  s3["Bad"]',
    "  start2(( )) --> s0",
    "  s0 --> s1",
    '  s0 -.->|"E, F"| s3',
    '  s1 -->|"$.s StringEquals #34;DONE#34; and not ($.n NumericLes…"| s2',
    '  s1 -->|"otherwise"| s0',
    "  s2 --> end2((( )))",
    "  s3 --> end2((( )))",
    "  classDef running fill:#cfe5fb,stroke:#1f618d,color:#111",
    "",
  ]);
});

test("gantt: a bar for each visit, up to now for what runs", () => {
  const visits = [
    looked,
    { ...looked, name: "A: b", leftMs: undefined, status: "running" } as const,
  ];
  expect(ganttOf(visits, 9_000).split("\n").slice(3)).toEqual([
    "  Look :done, 1000, 3000",
    "  A  b :active, 1000, 9000",
    "",
  ]);
});

test("svg: colours by status, and a time line", () => {
  const graph = graphOf(POLLING);
  const plain = svgOf({ title: "t", graph, visits: [], timeline: undefined });
  const coloured = svgOf({ title: "t", graph, visits: [looked], timeline: { nowMs: 5_000 } });
  expect(plain).not.toContain('fill="#d3f2dc"');
  expect(coloured.match(/fill="#d3f2dc"/g)).toHaveLength(2);
  expect(coloured).toContain("Look: succeeded, 2000 ms");
});

/** Machines in which anything may lead anywhere, machines within machines too. */
const machines: fc.Arbitrary<JsonObject> = fc.letrec<{ machine: JsonObject; state: JsonObject }>(
  (tie) => ({
    state: fc
      .record({
        Type: fc.constantFrom("Task", "Choice", "Parallel", "Pass"),
        to: fc.array(fc.nat(9), { maxLength: 3 }),
        End: fc.boolean(),
        Branches: fc.oneof(
          { maxDepth: 2, withCrossShrink: true },
          fc.constant([]),
          fc.array(tie("machine"), { maxLength: 2 }),
        ),
      })
      .map(({ to, ...state }) => ({
        ...state,
        Choices: to.map((at) => ({ Variable: "$", IsNull: true, Next: `state <${at}> "&"` })),
        Catch: to.map((at) => ({ ErrorEquals: [], Next: `state <${at}> "&"` })),
      })),
    machine: fc.array(tie("state"), { minLength: 1, maxLength: 6 }).map((states) => ({
      StartAt: 'state <0> "&"',
      States: Object.fromEntries(states.map((state, at) => [`state <${at}> "&"`, state])),
    })),
  }),
).machine;

const contains = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;
const isApart = (a: Box, b: Box): boolean =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
const isWithin = (outer: PlacedState, inner: PlacedState): boolean =>
  contains(outer, inner) && outer.state.inner.length > 0;

test("layout: states lie apart or one in the other, and everything within the picture", () => {
  fc.assert(
    fc.property(machines, (definition) => {
      const { states, edges, width, height } = layoutOf(graphOf(definition));
      const picture = { x: 0, y: 0, width: width + 0.01, height: height + 0.01 };
      for (const [at, one] of states.entries()) {
        expect(contains(picture, one)).toBe(true);
        for (const other of states.slice(at + 1)) {
          expect(isApart(one, other) || isWithin(one, other)).toBe(true);
        }
      }
      for (const { points } of edges) {
        expect(points.length).toBeGreaterThan(1);
        expect(points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});

test("svg: is well-formed, whatever states are called", () => {
  fc.assert(
    fc.property(machines, fc.string(), (definition, title) => {
      const graph = graphOf(definition);
      const svg = svgOf({ title, graph, visits: [looked], timeline: { nowMs: 0 } });
      expect(XMLValidator.validate(svg)).toBe(true);
    }),
    { numRuns: 50 },
  );
});
