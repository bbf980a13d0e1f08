/** Whatever the text, evaluation ends soon, with a value or a `DataError`. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { choiceRule } from "./choice-rule.ts";
import { DataError } from "./data-error.ts";
import { evaluateJsonata, jsonataProblems } from "./jsonata.ts";
import { pathProblem, readPath, writePath } from "./paths.ts";
import { fillTemplate, templateProblems } from "./payload-template.ts";
import type { Json, Scope } from "./scope.ts";

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
const scope: Scope = {
  input: { a: { b: [1, "x", null, { c: true }] }, "": [], s: "text", n: -1.5 },
  context: { Execution: { Id: "e" } },
  variables: { v: [1, { w: 2 }] },
  chance: { uuid: () => "u", random: () => 0, nowMs: 0 },
};

function endsWell(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
  }
}

/** Texts made of the pieces of a language get further into its parser than arbitrary ones. */
function textOf(pieces: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...pieces) },
    { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
  );
  return fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(""));
}

const pathText = textOf(
  "$ $$ $v . .. [ ] [* * [0] [-1] ['a'] [1:2] [?( @ @.b == != < && || ! ( ) 1 'x' =~ /x+/ in [1,2] a b c s .length() .sum() , : -".split(
    " ",
  ),
);
const intrinsicText = textOf(
  "States. Format Array ArrayGetItem StringToJson MathAdd Hash ( ) , 'x' '{}' $.a $.n 1 -2 null true \\ ' \" { }".split(
    " ",
  ),
).map((text) => `States.${text}`);
const jsonataText = textOf(
  "$states .input a b $v + - * / & = < [ ] { } ( ) : ; , 'x' 1 function($x){ } $map $sum ~> ? .. % ** /a+/ := $f and or in ^ | $ $$ @ #".split(
    " ",
  ),
);

describe("fuzz", () => {
  test("paths: any text is a path, or refused", () => {
    fc.assert(
      fc.property(fc.oneof(pathText, fc.string()), (text) => {
        endsWell(() => readPath(text, scope, "field.$"));
        endsWell(() => writePath(text, scope.input, 1));
        const problem = pathProblem(text, "path");
        expect(problem === undefined || problem.length > 0).toBe(true);
        if (pathProblem(text, "reference") === undefined) {
          expect(problem).toBeUndefined();
        }
      }),
      { numRuns: 1500 },
    );
  });

  test("intrinsic functions: any text is a call, or refused", () => {
    fc.assert(
      fc.property(intrinsicText, (text) => {
        endsWell(() => readPath(text, scope));
        endsWell(() => templateProblems({ "a.$": text }, ""));
      }),
      { numRuns: 1000 },
    );
  });

  test("templates and choice rules: any JSON is one, or refused", () => {
    const operators = [
      "And",
      "Or",
      "Not",
      "Variable",
      "StringEquals",
      "NumericLessThanPath",
      "x.$",
    ];
    const member = fc.constantFrom(...operators);
    const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom<Json>("$.a.b[0]", "$.nope", "x", 1, null),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(member, tie("tree"), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (template) => {
        endsWell(() => fillTemplate(template, scope));
        endsWell(() => templateProblems(template, ""));
        endsWell(() => choiceRule(template, scope));
      }),
      { numRuns: 500 },
    );
  });

  test("jsonata: any text is an expression, or refused", async () => {
    await fc.assert(
      fc.asyncProperty(jsonataText, async (text) => {
        const value = `{% ${text} %}`;
        endsWell(() => jsonataProblems(value, ""));
        try {
          await evaluateJsonata(value, scope, "Output");
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 600 },
    );
  });

  test("paths: filters, scans and patterns that explode elsewhere are bounded here", () => {
    const wide = Array.from({ length: 3000 }, (_, id) => ({ id, text: `${"a".repeat(60)}!` }));
    const bounded: Scope = { ...scope, input: { wide, deep: nested(3000) } };
    const started = performance.now();
    for (const path of [
      "$.wide[?(@.text =~ /(a+)+b/)]",
      "$..*..*..*..*",
      "$.wide[?($.wide[?(@.id > 2999)].id empty true)]",
      "$.deep..x..x..x",
      `$${"[?(@.a".repeat(60)}`,
      `$.wide[?(${"(".repeat(5000)}`,
    ]) {
      endsWell(() => readPath(path, bounded));
    }
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test("data nested deeper than the stack fails the state alone", async () => {
    const deep: Scope = { ...scope, input: nested(100_000) };
    expect(readPath("$.x.x.x.y", deep)).toBe(1);
    for (const text of ["$..y", "$.nope", "States.JsonToString($)", "States.Hash($, 'MD5')"]) {
      endsWell(() => readPath(text, deep, "a.$"));
    }
    endsWell(() => readPath("States.ArrayContains($.list, $)", { ...deep, input: [deep.input] }));
    await expect(
      (async () => evaluateJsonata("{% $string($states.input) %}", deep, "Output"))(),
    ).rejects.toBeInstanceOf(DataError);
  });
});

function nested(depth: number): Json {
  let value: Json = { y: 1 };
  for (let level = 0; level < depth; level += 1) {
    value = { x: value, y: 1 };
  }
  return value;
}

describe("laws", () => {
  const name = fc.oneof(fc.constantFrom("a", "b", "__proto__", "a b", "it's", "é"), fc.string());
  const quoted = (text: string): string =>
    `['${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}']`;
  const place = fc.array(name, { minLength: 1, maxLength: 4 });

  test("writePath: what was written is read, the rest stays", () => {
    const object = fc.dictionary(name, json, { maxKeys: 3 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(place, object, json, (names, document, value) => {
        const path = `$${names.map(quoted).join("")}`;
        expect(pathProblem(path, "result")).toBeUndefined();
        let written: Json;
        try {
          written = writePath(path, document, value);
        } catch (error) {
          expect(error).toMatchObject({ name: "States.ResultPathMatchFailure" });
          return;
        }
        expect(readPath(path, { ...scope, input: written })).toEqual(value);
        const [first] = names;
        const rest = (json: Json): unknown =>
          Object.entries(json as object).filter(([key]) => key !== first);
        expect(rest(written)).toEqual(rest(document));
      }),
    );
  });

  test("fillTemplate: a template without dynamic fields is itself", () => {
    fc.assert(
      fc.property(json, (template) => {
        fc.pre(!JSON.stringify(template).includes('.$":'));
        expect(fillTemplate(template, scope)).toEqual(template);
      }),
    );
  });

  test("States.StringToJson undoes States.JsonToString", () => {
    fc.assert(
      fc.property(json, (input) => {
        const path = "States.StringToJson(States.JsonToString($$))";
        const again = readPath(path, { ...scope, context: input });
        expect(JSON.stringify(again)).toBe(JSON.stringify(input));
      }),
    );
  });

  test("States.Base64Decode undoes States.Base64Encode", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (input) => {
        const path = "States.Base64Decode(States.Base64Encode($))";
        expect(readPath(path, { ...scope, input })).toBe(input);
      }),
    );
  });
});
