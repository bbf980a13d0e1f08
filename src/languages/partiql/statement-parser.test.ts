/** What is a statement, what is none, and what AWS says of it (recorded answers; see the parser). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Attributes } from "../dynamodb/attribute-value.ts";
import { ExpressionError } from "../dynamodb/expression-error.ts";
import { bindCondition } from "./bind-condition.ts";
import { bindUpdate } from "./bind-update.ts";
import { literalOf } from "./literal.ts";
import { Parameters } from "./parameters.ts";
import { StatementError } from "./statement-error.ts";
import { parseStatement } from "./statement-parser.ts";

const MALFORMED = "Statement wasn't well formed, can't be processed: ";
const LEFTOVER = `${MALFORMED}Unexpected token after expression`;

describe("parse", () => {
  test.each([
    [`SELECT * FROM "t" WHERE pk = 'a' -- a note`],
    [`-- a note\nSELECT * FROM t /* another\none */ WHERE pk = 'a';`],
    [`select "na""me", a.b[0]['c'] from "t"."idx" where a = -.73e1 order by a desc, b asc`],
    [`INSERT INTO "t" VALUE {'pk': ?, "q": [<<1>>, {}]}`],
    [`from t where pk = 'x' set a = 1 remove b returning all new *`],
    [`UPDATE t SET a = list_append([1], ?), b = 2 REMOVE c[1] WHERE pk = 'x'`],
    [`DELETE FROM t WHERE pk = 'x' AND title = 't' AND year = 2 RETURNING ALL OLD *`],
    [`EXISTS(SELECT * FROM t WHERE pk = 'x' AND a IS DOUBLE PRECISION)`],
  ])("parse: understands %s", (text) => {
    expect(() => parseStatement(text)).not.toThrow();
  });

  test.each([
    ["", `${MALFORMED}Expected data manipulation`],
    ["SLECT * FROM t", `${MALFORMED}Expected data manipulation`],
    ["SELECT * FROM t WHERE pk = 1 foo", LEFTOVER],
    ["SELECT * FROM t WHERE pk = 1 e5", LEFTOVER],
    ["SELECT * FROM t WHERE pk = 1)", LEFTOVER],
    ["INSERT INTO t VALUE {'pk': 1} foo", LEFTOVER],
    ["INSERT INTO t u VALUE {'pk': 'x'}", LEFTOVER],
    ["DELETE FROM t WHERE pk = 1 ORDER BY pk", LEFTOVER],
    ["SELECT * FROM t ORDER BY pk WHERE pk = 1", LEFTOVER],
    ["FROM t SET c = 1 WHERE pk = 'x'", LEFTOVER],
    ["SELECT * FROM t WHERE pk = 1e2147483648", MALFORMED],
    ["SELECT * FROM t WHERE pk = 1.5e-2147483647", MALFORMED],
    ["SELECT * FROM t WHERE pk = 1 # note", MALFORMED],
    ["SELECT * FROM t WHERE pk = 1 /* note", MALFORMED],
    ["SELECT * FROM t WHERE pk = 'open", MALFORMED],
    ["SELECT * FROM t AS u WHERE pk = 'x'", "Aliasing is not supported"],
    ["UPDATE t u SET a = 3 WHERE pk = 'x'", "Aliasing is not supported"],
    ["SELECT * FROM t WHERE", `${MALFORMED}Unexpected term`],
    ["DELETE FROM t WHERE;", `${MALFORMED}Unexpected term`],
    ["SELECT * FROM t WHERE NOT", `${MALFORMED}Unexpected term`],
    ["SELECT * FROM t WHERE (", `${MALFORMED}Unexpected term`],
    ["SELECT * FROM", `${MALFORMED}Unexpected term`],
    [
      "SELECT * FROM t WHERE a = 1 AND",
      `${MALFORMED}Missing right-hand side expression of infix operator`,
    ],
    [
      "SELECT * FROM t WHERE a = 1 OR",
      `${MALFORMED}Missing right-hand side expression of infix operator`,
    ],
    ["SELECT * FROM t WHERE ORDER BY pk", `${MALFORMED}Unexpected keyword`],
    ["INSERT INTO urls (key, b) VALUES (?, ?)", `${MALFORMED}Unexpected keyword`],
    ["SELECT * FROM t WHERE a IS FOO", `${MALFORMED}Expected type name`],
    ["SELECT * FROM t WHERE IS NULL", `${MALFORMED}Unexpected operator`],
    ["SELECT * FROM t WHERE pk = LIKE", `${MALFORMED}Unexpected operator`],
    ["DELETE FROM", `${MALFORMED}Expected identifier for simple path`],
    ["DELETE FROM WHERE pk = 'a'", `${MALFORMED}Expected identifier for simple path`],
    ["SELECT m.inner FROM t", `${MALFORMED}Invalid path dot component`],
    ["SELECT size(a) FROM t", "Unexpected path component at 1:8:4"],
    ["SELECT * FROM t\n LIMIT 10", "Unsupported clause: LIMIT at 2:8:2"],
  ])("parse: refuses %s", (text, message) => {
    expect(() => parseStatement(text)).toThrow(new StatementError(message));
  });
});

const TOKENS = [
  ..."SELECT * FROM WHERE INSERT INTO VALUE UPDATE SET REMOVE DELETE RETURNING ALL OLD".split(" "),
  ..."ORDER BY DESC AND OR NOT IN BETWEEN IS MISSING EXISTS LIKE t \"t\" a b.c d[0] 'x' 1".split(
    " ",
  ),
  ..."-1.5e3 ? ( ) [ ] { } << >> : , . = <> < >= + - ; -- /* true null size( set_add(".split(" "),
];

const soup = fc
  .array(fc.constantFrom(...TOKENS), { maxLength: 40 })
  .chain((tokens) => fc.constantFrom(tokens.join(" "), tokens.join("")));

const SEEDS = [
  'SELECT a, b.c[0] FROM "t"."i" WHERE a = \'x\' AND b IN [1, ?] OR size(c) > 2 ORDER BY a DESC',
  "INSERT INTO t VALUE {'pk': 'x', 'm': {'l': [1, <<'a', 'b'>>, null, -1e5]}}",
  "UPDATE t SET a = a + 1, b = list_append(b, [?]) SET c = set_add(c, <<1>>) REMOVE d WHERE pk = 'x'",
  "EXISTS(SELECT * FROM t WHERE pk = 'x' AND NOT begins_with(a, 'b') AND c IS NOT MISSING)",
];

const mutated = fc
  .tuple(fc.constantFrom(...SEEDS), fc.nat(120), fc.nat(20), fc.constantFrom("", ...TOKENS))
  .map(([text, at, length, token]) => text.slice(0, at) + token + text.slice(at + length));

const PARAMETERS = new Parameters([{ S: "p" }, { L: [{ N: "1" }] }]);

/** Parses and binds; only the language's own error may come out. */
function run(text: string): void {
  try {
    const statement = parseStatement(text);
    const where = statement.kind === "exists" ? statement.select.where : undefined;
    const clause = "where" in statement ? statement.where : where;
    if (clause !== undefined) {
      bindCondition(clause, PARAMETERS);
    }
    if (statement.kind === "update") {
      bindUpdate(statement.assignments, PARAMETERS);
    }
    if (statement.kind === "insert") {
      const item = literalOf(statement.value, PARAMETERS) as unknown as Attributes;
      expect(Object.keys(item)).toHaveLength(1);
    }
  } catch (error) {
    if (!(error instanceof ExpressionError)) {
      throw error;
    }
  }
}

describe("parameters", () => {
  const UNREADABLE = "The parameter cannot be converted to a numeric value";
  test.each([
    [{ N: "1e99999999999" }, `${UNREADABLE}: 1e99999999999`],
    [{ N: "-1e-2147483648" }, `${UNREADABLE}: -1e-2147483648`],
    [{ L: [{ N: "1" }, { N: "1e2147483648" }] }, `${UNREADABLE}: 1e2147483648`],
    [{ M: { x: { NS: ["1", "1e2147483648"] } } }, `${UNREADABLE}: 1e2147483648`],
    [{ N: "" }, UNREADABLE],
    [{ N: "abc" }, `${UNREADABLE}: abc`],
  ])("parameters: refuses %j", (value, message) => {
    expect(() => new Parameters([value])).toThrow(new ExpressionError(message));
  });
});

describe("fuzz", () => {
  test("parse: any text is understood or refused", () => {
    const anything = fc.oneof(soup, mutated, fc.string({ unit: "binary", maxLength: 80 }));
    fc.assert(fc.property(anything, run), { numRuns: 4_000 });
  });

  test.each([
    ["("],
    ["NOT "],
    ["-"],
    ["["],
    ["{'a':"],
    ["<<"],
    ["size("],
    ["a.b"],
    ["a = 1 AND "],
    ["1 + "],
    ["/*"],
    ["''"],
  ])("parse: %s over and over is understood or refused", (part) => {
    run(`SELECT * FROM t WHERE ${part.repeat(Math.floor(8_000 / part.length))}`);
    run(`SELECT * FROM t WHERE a = ${part.repeat(Math.floor(8_000 / part.length))}1`);
  });
});
