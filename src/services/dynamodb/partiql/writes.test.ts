/** PartiQL's INSERT, UPDATE and DELETE over the test store. Messages are recorded answers of AWS. */
import { beforeEach, describe, expect, test } from "vitest";
import type { AttributeValue } from "../../../languages/dynamodb/attribute-value.ts";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../../testing/dynamodb-fixture.ts";

let fixture: DynamoDbFixture;

beforeEach(async () => {
  fixture = createDynamoDbFixture();
  await fixture.table("plain", "pk");
});

const run = async (Statement: string, ...Parameters: readonly AttributeValue[]) =>
  (await fixture.call("ExecuteStatement", { Statement, Parameters })).Items ?? [];

const refused = (Statement: string, ...Parameters: readonly AttributeValue[]) =>
  fixture.refused("ExecuteStatement", { Statement, Parameters });

const S = (text: string): AttributeValue => ({ S: text });
const N = (number: number | string): AttributeValue => ({ N: String(number) });

describe("INSERT", () => {
  test("ExecuteStatement: stores literals of every type exactly", async () => {
    await run(
      `INSERT INTO plain VALUE {'pk': 'x', 'n': 12345678901234567890.123, 'e': -1.5e3, 'it''s': 'o''k',
        'b': ?, 't': true, 'f': FALSE, 'nil': null, 'l': [1, 'two', [<<'s'>>]],
        'm': {'deep': {'er': <<1, 2.0>>}}, 'set': <<'q', 'r'>>, 'bs': ?}`,
      { B: Uint8Array.of(1, 2) },
      { BS: [Uint8Array.of(3)] },
    );
    expect(await fixture.get("plain", { pk: S("x") })).toEqual({
      pk: S("x"),
      n: N("12345678901234567890.123"),
      e: N(-1500),
      "it's": S("o'k"),
      b: { B: Buffer.of(1, 2) },
      t: { BOOL: true },
      f: { BOOL: false },
      nil: { NULL: true },
      l: { L: [N(1), S("two"), { L: [{ SS: ["s"] }] }] },
      m: { M: { deep: { M: { er: { NS: ["1", "2"] } } } } },
      set: { SS: ["q", "r"] },
      bs: { BS: [Buffer.of(3)] },
    });
  });

  test("ExecuteStatement: refuses to replace an item", async () => {
    await run(`INSERT INTO "plain" VALUE {'pk': 'x', 'v': 1}`);
    expect(await refused(`INSERT INTO "plain" VALUE {'pk': 'x', 'v': 2}`)).toMatchObject({
      code: "DuplicateItemException",
      message: "Duplicate primary key exists in table",
    });
    expect(await fixture.get("plain", { pk: S("x") })).toEqual({ pk: S("x"), v: N(1) });
  });

  test.each([
    ["{'pk': 1e126}", "magnitude larger than supported range under root"],
    ["{'pk': 'x', 'm': {'x': 1e126}}", "magnitude larger than supported range under root.x"],
    ["{'pk': 'x', 'l': [1, 1e-131]}", "magnitude smaller than supported range under root[1]"],
    ["{'pk': 'x', 's': <<>>}", "Empty bags are not supported"],
    ["{'pk': 'x', 's': <<'x', 'x'>>}", "Input collection [x, x] contains duplicates."],
    [
      "{'pk': 'x', 's': set_add(<<'a'>>, <<'b'>>)}",
      "Unsupported data type: set_add under key root at 1:42:7",
    ],
    ["{'v': 1}", "Missing the key pk in the item"],
    ["{'pk': 'x', 'v': ?}", "Number of parameters in request and statement don't match."],
  ])("ExecuteStatement: refuses the value %s", async (value, message) => {
    expect((await refused(`INSERT INTO plain VALUE ${value}`)).message).toContain(message);
    expect(await run("SELECT * FROM plain")).toEqual([]);
  });
});

describe("UPDATE", () => {
  beforeEach(async () => {
    await fixture.put("plain", {
      pk: S("x"),
      n: N(5),
      keep: S("same"),
      l: { L: [S("a"), S("b"), S("c")] },
      m: { M: { sub: S("old"), sib: S("keep") } },
      ss: { SS: ["a", "b"] },
    });
  });

  const item = () => fixture.get("plain", { pk: S("x") });

  test("ExecuteStatement: sets, removes, adds to sets, lists and numbers, at any depth", async () => {
    await run(
      `UPDATE plain SET n = n + 2, m.sub = 'new' SET l = list_append(l, ['d'])
         SET ss = SET_ADD(ss, <<'c'>>) REMOVE keep WHERE pk = ?`,
      S("x"),
    );
    expect(await item()).toEqual({
      pk: S("x"),
      n: N(7),
      l: { L: [S("a"), S("b"), S("c"), S("d")] },
      m: { M: { sub: S("new"), sib: S("keep") } },
      ss: { SS: ["a", "b", "c"] },
    });
    await run(`FROM plain WHERE pk = 'x' SET n = 10 - n REMOVE l[0] REMOVE m`);
    await run(`UPDATE plain SET ss = set_delete(ss, <<'a', 'b', 'c'>>) WHERE pk = 'x'`);
    expect(await item()).toEqual({ pk: S("x"), n: N(3), l: { L: [S("b"), S("c"), S("d")] } });
  });

  test.each([
    ["SET n = 6 WHERE pk = 'x' RETURNING MODIFIED OLD *", [{ n: N(5) }]],
    ["SET n = 6 WHERE pk = 'x' RETURNING MODIFIED NEW *", [{ n: N(6) }]],
    [
      "SET m.sub = 'new' WHERE pk = 'x' RETURNING MODIFIED NEW *",
      [{ m: { M: { sub: S("new") } } }],
    ],
    [
      "SET l[2] = 'y', l[0] = 'x' WHERE pk = 'x' RETURNING MODIFIED NEW *",
      [{ l: { L: [S("x"), S("y")] } }],
    ],
    ["SET l[9] = 'd' WHERE pk = 'x' RETURNING MODIFIED NEW *", []],
    ["REMOVE keep WHERE pk = 'x' RETURNING MODIFIED NEW *", []],
    ["SET n = 6 WHERE pk = 'x'", []],
  ])("ExecuteStatement: UPDATE %s", async (rest, expected) => {
    expect(await run(`UPDATE plain ${rest}`)).toEqual(expected);
  });

  test("ExecuteStatement: RETURNING ALL has the whole item", async () => {
    const [before] = await run("UPDATE plain SET n = 6 WHERE pk = 'x' RETURNING ALL OLD *");
    const [after] = await run("UPDATE plain SET n = 7 WHERE pk = 'x' RETURNING ALL NEW *");
    expect([before?.["n"], after?.["n"], after?.["keep"]]).toEqual([N(5), N(7), S("same")]);
  });

  test("ExecuteStatement: changes what is there, under its condition, and nothing else", async () => {
    const before = await item();
    for (const where of ["pk = 'x' AND n = 6", "pk = 'x' AND n IS STRING", "pk = 'ghost'"]) {
      expect(await refused(`UPDATE plain SET n = 9 WHERE ${where}`)).toMatchObject({
        code: "ConditionalCheckFailedException",
        message: "The conditional request failed",
      });
    }
    const failed = await fixture.refused("ExecuteStatement", {
      Statement: "UPDATE plain SET n = 9 WHERE pk = 'x' AND n > 5",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    expect(failed).toMatchObject({ members: { Item: before } });
    expect(await item()).toEqual(before);
    expect(await run("SELECT * FROM plain WHERE pk = 'ghost'")).toEqual([]);
  });

  test.each([
    [
      "SET t = set_add(ss, <<'x'>>) WHERE pk = 'x'",
      "The first argument to SET_ADD must equal the assignment value at 1:22:7",
    ],
    [
      "SET ss = set_add(ss, 'x') WHERE pk = 'x'",
      "The second argument to SET_ADD must be a value with type SET at 1:31:2",
    ],
    ["SET ss = set_add(ss) WHERE pk = 'x'", "SET_ADD must have exactly two arguments at 1:23:7"],
    [
      "SET ss = set_add(ss, <<1>>) WHERE pk = 'x'",
      "An operand in the update expression has an incorrect data type",
    ],
    [
      "SET new[0] = 'x' WHERE pk = 'x'",
      "Statement wasn't well formed, can't be processed: Unexpected keyword",
    ],
    [
      "SET fresh[0] = 'x' WHERE pk = 'x'",
      "The document path provided in the update expression is invalid for update",
    ],
    [
      "SET n = 1 WHERE keep = 'same'",
      "Where clause does not contain a mandatory equality on all key attributes",
    ],
    ["SET n = 1", "Where clause does not contain a mandatory equality on all key attributes"],
    [
      "SET pk = 'y' WHERE pk = 'x'",
      "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key",
    ],
    [
      "SET n = n + 'x' WHERE pk = 'x'",
      "An operand in the update expression has an incorrect data type",
    ],
  ])("ExecuteStatement: refuses UPDATE %s", async (rest, message) => {
    const before = await item();
    expect((await refused(`UPDATE plain ${rest}`)).message).toBe(message);
    expect(await item()).toEqual(before);
  });
});

describe("DELETE", () => {
  beforeEach(() => fixture.put("plain", { pk: S("x"), n: N(5) }));

  test("ExecuteStatement: deletes under its condition, and nothing that is not there", async () => {
    expect(await refused("DELETE FROM plain WHERE pk = 'x' AND n = 6")).toMatchObject({
      code: "ConditionalCheckFailedException",
    });
    expect(await run("DELETE FROM plain WHERE pk = 'ghost' AND n = 6")).toEqual([]);
    expect(await run("DELETE FROM plain WHERE pk = 'x' RETURNING ALL OLD *")).toEqual([
      { pk: S("x"), n: N(5) },
    ]);
    expect(await run("SELECT * FROM plain")).toEqual([]);
  });

  test("ExecuteStatement: returns the old item or nothing", async () => {
    expect(
      (await refused("DELETE FROM plain WHERE pk = 'x' RETURNING MODIFIED OLD *")).message,
    ).toBe(
      "Invalid returning clause: RETURNING MODIFIED OLD *. " +
        "Only RETURNING ALL OLD * is allowed in DELETE statements.",
    );
    expect(await run("SELECT pk FROM plain")).toHaveLength(1);
  });
});
