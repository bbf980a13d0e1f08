/** What is answered without the library is what the library answers. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluateExpression } from "./jsonata-expression.ts";
import { evaluateSimply, LEFT_TO_LIBRARY } from "./jsonata-simple.ts";
import type { Json, Scope } from "./scope.ts";

const scalar = fc.constantFrom<Json>(null, true, false, 0, 1, 2.5, -3, "", "a", "b", "1");
const names = ["a", "b", "length", "__proto__", "sequence", "keepSingleton", "toString"];
const name = fc.constantFrom(...names);
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    { weight: 2, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie("json"), { maxLength: 3 }) },
    { weight: 3, arbitrary: fc.dictionary(name, tie("json"), { maxKeys: 4 }) },
  ),
}));

const root = fc.constantFrom("$states.input", "$v", "$states.result", "$states.nope", "$nope");
const path = fc
  .tuple(root, fc.array(name, { maxLength: 3 }))
  .map(([first, steps]) => [first, ...steps].join("."));
const literal = fc.constantFrom("1", "2.5", "'a'", "''", "true", "false", "null");
const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const operator = fc.constantFrom(..."+ - * / % = != < <= > >= and or & in".split(" "));
  const pair = fc.tuple(tie("expression"), operator, tie("expression"));
  const triple = fc.tuple(tie("expression"), tie("expression"), tie("expression"));
  const members = fc.array(fc.tuple(name, tie("expression")), { maxLength: 3 });
  return {
    expression: fc.oneof(
      { maxDepth: 3 },
      { weight: 4, arbitrary: path },
      { weight: 2, arbitrary: literal },
      { weight: 3, arbitrary: pair.map(([a, sign, b]) => `${a} ${sign} ${b}`) },
      { weight: 1, arbitrary: triple.map(([a, b, c]) => `${a} ? ${b} : ${c}`) },
      {
        weight: 1,
        arbitrary: members.map(
          (list) => `{${list.map(([key, value]) => `'${key}': ${value}`).join(", ")}}`,
        ),
      },
    ),
  };
});

test("simple expressions: the library answers the same", async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(expression, json, json, json, async (text, input, v, result) => {
      const scope: Scope = {
        input,
        context: {},
        variables: { v },
        states: { result },
        chance: { uuid: () => "u", random: () => 0, nowMs: 0 },
      };
      const answer = evaluateSimply(text, scope);
      if (answer === LEFT_TO_LIBRARY) {
        return;
      }
      answered += 1;
      const theirs = await evaluateExpression(text, scope);
      expect(theirs).toEqual(
        answer === undefined ? { kind: "undefined" } : { kind: "value", value: answer },
      );
    }),
    { numRuns: 5000 },
  );
  expect(answered).toBeGreaterThan(1000);
});
