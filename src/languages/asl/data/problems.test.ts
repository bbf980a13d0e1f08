/** What is wrong with paths and expressions when a state machine is created. */
import { describe, expect, test } from "vitest";
import { jsonataProblems } from "./jsonata.ts";
import { pathProblem } from "./paths.ts";

describe("pathProblem", () => {
  test.each([
    ["$", "reference"],
    ["$.a.b[0]['c d']", "reference"],
    ["$$.Execution.Id", "reference"],
    ["$order.lines[0]", "reference"],
    ["$$.Map.Item.Value", "variable"],
    ["$flag", "variable"],
    ["$.a[-1]", "result"],
    ["$..a[?(@.b)]", "path"],
    ["$.a.length()", "path"],
    ["States.Format('{}', $.a)", "value"],
    ["$.a[*]", "value"],
  ] as const)("%s is a %s", (text, kind) => {
    expect(pathProblem(text, kind)).toBeUndefined();
  });

  test.each([
    // The texts of AWS: https://github.com/aws-cloudformation/cfn-lint/issues/4078 and /4076
    ["Test", "path", "Value must be a valid JSONPath."],
    ["Test", "variable", "Value is not a Reference Path: Reference path didn't start with '$'"],
    ["$.a[*]", "reference", "Value is not a Reference Path: "],
    ["$.a[1:2]", "reference", "Value is not a Reference Path: "],
    ["$..a", "variable", "Value is not a Reference Path: "],
    ["$.a['b','c']", "reference", "Value is not a Reference Path: "],
    ["$.a[0,1]", "reference", "Value is not a Reference Path: "],
    ["$.a[?(@.b)]", "reference", "Value is not a Reference Path: "],
    ["$.a.length()", "reference", "Value is not a Reference Path: "],
    ["$$.a", "result", "Value is not a Reference Path: "],
    ["$order", "result", "Value is not a Reference Path: "],
    ["States.UUID()", "path", "Value must be a valid JSONPath."],
    ["States.UUID()", "reference", "Value is not a Reference Path: "],
    ["States.Nope()", "value", "Value must be a valid JSONPath."],
  ] as const)("%s is no %s", (text, kind, problem) => {
    expect(pathProblem(text, kind)).toMatch(problem);
  });
});

describe("jsonataProblems", () => {
  const problemsOf = (expression: string): readonly unknown[] =>
    jsonataProblems(`{% ${expression} %}`, "/States/E/Output").map(
      ({ code, message }) => `${code}: ${message}`,
    );

  test.each([
    "$states.input.phone",
    "$order.lines[price > 3].name",
    "$states.input.orders^(>total, name).{'n': name, 'all': $}",
    "$states.input.orders{name: total}",
    "$map($states.input.a, function($v) { $v.name })",
    "$states.input.a.$sum(b)",
    "$states.input ~> |orders|{'total': price * 2}, 'price'|",
    "($x := $states.input; $x.a)",
    "$states.input.a@$v.($v.name)",
    "$states.input.a#$i.($i)",
    "$states.input.a.b.%.c",
    "$states.input.*",
    "$states.input.a.**",
    "[1..3].($ * 2)",
    "'text'",
  ])("no problem: %s", (expression) => {
    expect(problemsOf(expression)).toEqual([]);
  });

  const top = (name: string): string =>
    `UNSUPPORTED_JSONATA_EXPRESSION: Reference to '${name}' at the top level is not supported.`;

  test.each([
    ["phone", [top("phone")]],
    ["phone.number & phone.area", [top("phone")]],
    ["{'a': x, 'b': [y]}", [top("x"), top("y")]],
    ["$sum(prices)", [top("prices")]],
    ["$map($states.input.a, function($v) { total })", [top("total")]],
    ["$states.input.a = b ? c : d", [top("b"), top("c"), top("d")]],
    ["$", [top("$")]],
    ["$.a", [top("$")]],
    ["$$", [top("$$")]],
    ["*", [top("*")]],
    ["`a b`", [top("a b")]],
  ])("a reference to no context: %s", (expression, expected) => {
    expect(problemsOf(expression)).toEqual(expected);
  });

  test.each([
    // AWS drops the code: https://github.com/floci-io/floci/issues/2745
    ["$states.input.a[1,2)", 'Expected "]", got ","'],
    ['"unterminated', "String literal must be terminated by a matching quote"],
    ["1 +", "Unexpected end of expression"],
    ['{"a":}', 'The symbol "}" cannot be used as a unary operator'],
    ["$x :=", "Unexpected end of expression"],
    ['$match("a", /abc', "No terminating / in regular expression"],
  ])("no expression: %s", (expression, message) => {
    expect(problemsOf(expression)).toEqual([`INVALID_JSONATA_EXPRESSION: ${message}`]);
  });

  test("an expression nested beyond all measure is refused", () => {
    expect(problemsOf(`${"(".repeat(100_000)}1`)).toHaveLength(1);
  });

  test("each is found at its place", () => {
    const value = { a: ["{% 1 %}", { "b c": "{% phone %}" }], d: "phone", e: 1 };
    expect(jsonataProblems(value, "/States/E/Output")).toEqual([
      {
        pointer: "/States/E/Output/a[1]/b c",
        code: "UNSUPPORTED_JSONATA_EXPRESSION",
        message: "Reference to 'phone' at the top level is not supported.",
      },
    ]);
  });
});
