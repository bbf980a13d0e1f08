/** No text makes the languages throw anything but their own error, or hang. */
import fc from "fast-check";
import { describe, test } from "vitest";
import { applyUpdate } from "./apply-update.ts";
import type { Attributes } from "./attribute-value.ts";
import { Bindings } from "./bindings.ts";
import conditions from "./cases/conditions.json" with { type: "json" };
import keyConditions from "./cases/key-conditions.json" with { type: "json" };
import projections from "./cases/projections.json" with { type: "json" };
import updates from "./cases/updates.json" with { type: "json" };
import { createExpressionCompiler } from "./compile.ts";
import { fulfils } from "./evaluate.ts";
import { ExpressionError } from "./expression-error.ts";
import { project } from "./projection.ts";

const ITEM = {
  ...(conditions.item as object),
  ...(updates.item as object),
} as unknown as Attributes;
const NAMES = { ...conditions.names, ...updates.names, ...projections.names };
const VALUES = { ...conditions.values, ...updates.values } as unknown as Attributes;

const TEXTS = [conditions, keyConditions, projections, updates].flatMap((file) =>
  file.cases.map(({ text }) => text),
);

const TOKENS = [
  ...["a", "n", "m.x", "l[0]", "#a", "#nope", ":n", ":t", ":nope", "status", "size"],
  ...["(", ")", "[", "]", ",", ".", "=", "<>", "<", ">=", "+", "-", "#", ":", "!", "0", "007"],
  ...["AND", "or", "NOT", "BETWEEN", "in", "SET", "remove", "ADD", "DELETE"],
  ...["attribute_exists(", "size(", "contains(", "if_not_exists(", "list_append(", "foo("],
];

const soup = fc
  .array(fc.constantFrom(...TOKENS), { maxLength: 30 })
  .chain((tokens) => fc.constantFrom(tokens.join(" "), tokens.join("")));

/** A case with a part cut out, doubled, or replaced by something else. */
const mutated = fc
  .tuple(
    fc.constantFrom(...TEXTS),
    fc.nat(100),
    fc.nat(20),
    fc.constantFrom("", ...TOKENS),
    fc.nat(3),
  )
  .map(([text, at, length, token, times]) => {
    const end = Math.min(text.length, at + length);
    return text.slice(0, at) + token.repeat(times) + text.slice(end);
  });

const anything = fc.oneof(soup, mutated, fc.string({ unit: "binary", maxLength: 60 }));

function run(text: string): void {
  const compiler = createExpressionCompiler();
  const bindings = (): Bindings => new Bindings(NAMES, VALUES);
  const attempts = [
    () => fulfils(ITEM, compiler.condition("FilterExpression", text, bindings())),
    () => applyUpdate(ITEM, compiler.update(text, bindings())),
    () => project(ITEM, compiler.projection(text, bindings())),
    () => compiler.keyCondition(text, bindings()),
  ];
  for (const attempt of attempts) {
    try {
      attempt();
    } catch (error) {
      if (!(error instanceof ExpressionError)) {
        throw error;
      }
    }
  }
}

describe("expressions", () => {
  test("expressions: any text is understood or refused", () => {
    fc.assert(fc.property(anything, run), { numRuns: 5_000 });
  });

  test.each([
    ["(".repeat(4_000)],
    ["NOT ".repeat(1_000)],
    [`${"(".repeat(1_000)}a = :n${")".repeat(1_000)}`],
    [`SET a = ${"(".repeat(1_000)}:n`],
    [`SET a = ${"if_not_exists(a, ".repeat(200)}:n`],
    [`size(${"size(".repeat(800)}a`],
    [`a${".a".repeat(2_000)} = :n`],
    [Array.from({ length: 400 }, () => "a = :n").join(" AND ")],
    ["a".repeat(5_000)],
  ])("expressions: deep and long texts are understood or refused (%#)", (text) => {
    run(text);
  });
});
