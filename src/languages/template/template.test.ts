import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dynamicReferencesIn, withDynamicReferences } from "./dynamic-references.ts";
import { evaluate, NO_VALUE } from "./functions.ts";
import { parameterTexts, parameterValues } from "./parameters.ts";
import { parseTemplate } from "./parse.ts";
import { completed, planStack } from "./plan.ts";
import { readParameters, readTemplate } from "./template.ts";
import { isList, isObject, TemplateError, type Value, type ValueObject } from "./value.ts";

function readCases(file: string): ValueObject {
  return parseTemplate(readFileSync(new URL(`./cases/${file}.yaml`, import.meta.url), "utf8"));
}

function casesOf(source: ValueObject): readonly (ValueObject & { readonly name: string })[] {
  const cases = source["cases"];
  return (isList(cases) ? cases : []).map((item) => {
    const body = isObject(item) ? item : {};
    return { ...body, name: String(body["name"]) };
  });
}

function messageOr<T>(run: () => T): T | { readonly error: string } {
  try {
    return run();
  } catch (error) {
    if (error instanceof TemplateError) {
      return { error: error.message };
    }
    throw error;
  }
}

const functions = readCases("functions");

describe("functions", () => {
  const scope = functions["scope"] as Record<string, Record<string, Value>>;
  test.each(casesOf(functions))("$name", ({ value = null, expected, error, extensions }) => {
    const result = messageOr(() =>
      evaluate(value, {
        region: "us-east-1",
        mappings: scope["mappings"] ?? {},
        languageExtensions: extensions === true,
        ref: (name) => (name === "AWS::NoValue" ? NO_VALUE : scope["refs"]?.[name]),
        attribute: (id, name) => scope["attributes"]?.[`${id}.${name}`],
        condition: (name) => scope["conditions"]?.[name] === true,
        importValue: (name) => scope["exports"]?.[name],
      }),
    );
    expect(result).toEqual(error === undefined ? expected : { error });
  });
});

describe("plans", () => {
  test.each(casesOf(readCases("plans")))("$name", ({ template: source, expected, error }) => {
    const result = messageOr(() => {
      const template = readTemplate(source as ValueObject);
      const texts = parameterTexts(template.parameters, {});
      return planStack({
        template,
        parameters: parameterValues(template.parameters, texts, {}),
        stack: {
          accountId: "000000000000",
          region: "us-east-1",
          stackName: "shop",
          stackId: "arn:stack",
        },
        importValue: () => undefined,
        attributesOf: () => ["Arn"],
      });
    });
    if (error === undefined) {
      expect(result).toMatchObject(expected as object);
    } else {
      expect(result).toEqual({ error });
    }
  });
});

describe("parameters", () => {
  test.each(casesOf(readCases("parameters")))(
    "$name",
    ({ declared = null, given, stored, expected, error }) => {
      const result = messageOr(() => {
        const declarations = readParameters({ Parameters: { P: declared } });
        const texts = parameterTexts(declarations, typeof given === "string" ? { P: given } : {});
        return parameterValues(declarations, texts, { P: String(stored) })["P"];
      });
      expect(result).toEqual(error === undefined ? expected : { error });
    },
  );

  test("parameters that the template does not have are refused", () => {
    expect(messageOr(() => parameterTexts({}, { A: "1", B: "2" }))).toEqual({
      error: "Parameters: [A, B] do not exist in the template",
    });
  });
});

describe("parse", () => {
  test("dates, times and versions stay texts; yes and no are truth values", () => {
    expect(parseTemplate("a: 2012-10-17\nb: 12:30\nc: yes\nd: off\ne: y\nf: 1.10\n")).toEqual({
      a: "2012-10-17",
      b: "12:30",
      c: true,
      d: false,
      e: "y",
      f: 1.1,
    });
  });

  test("short forms nest, carry anchors and stand on every kind of node", () => {
    const text =
      "a: &x !Sub\n  - text\n  - {y: !GetAtt Q.Arn}\nb: *x\nc: !Base64 {Ref: z}\nd: !Sub 1\n";
    const sub = { "Fn::Sub": ["text", { y: { "Fn::GetAtt": ["Q", "Arn"] } }] };
    expect(parseTemplate(text)).toEqual({
      a: sub,
      b: sub,
      c: { "Fn::Base64": { Ref: "z" } },
      d: { "Fn::Sub": "1" },
    });
  });

  test("of a key that is there twice the last one counts", () => {
    expect(parseTemplate("a: 1\nb:\n  c: 1\n  c: {d: 2}\na: 2\n")).toEqual({
      a: 2,
      b: { c: { d: 2 } },
    });
  });

  test("lines of flow collections and quoted texts may stand to the left of their key", () => {
    const text = [
      "a:",
      "  policy: {",
      '    "s": [',
      "1, # one",
      "{ Ref: x }",
      "  ]",
      " }",
      '  text: "{',
      '    \\"k\\": \\"v\\"',
      '  }"',
      "  single: 'it''s",
      "here'",
      "  last: {b: 1}",
    ].join("\n");
    expect(parseTemplate(text)).toEqual({
      a: {
        policy: { s: [1, { Ref: "x" }] },
        text: '{ "k": "v" }',
        single: "it's here",
        last: { b: 1 },
      },
    });
  });

  test.each([
    ["a: [1", "Template format error: YAML not well-formed. (line 1, column 6)"],
    ['{"a": ', "Template format error: JSON not well-formed. (line 1, column 7)"],
    ["just text", "Template format error: unsupported structure."],
    ["", "Template format error: unsupported structure."],
    [
      "a: !Nope x",
      "Template contains errors.: could not determine a constructor for the tag !Nope",
    ],
    ["a: {\nb: [\n1\nc: 2\n", "Template format error: YAML not well-formed. (line 2, column 1)"],
  ])("%j is refused", (text, error) => {
    expect(messageOr(() => parseTemplate(text))).toEqual({ error });
  });
});

describe("dynamic references", () => {
  const properties = {
    A: "x-{{resolve:ssm:/a/b:3}}-{{resolve:ssm:c}}",
    B: [{ C: "{{resolve:ssm-secure:d}}" }],
  };

  test("are found wherever they are, and filled in", () => {
    expect(dynamicReferencesIn(properties)).toMatchObject([
      { name: "/a/b", version: "3" },
      { name: "c", version: undefined },
      { name: "d", version: undefined },
    ]);
    const values = new Map([
      ["{{resolve:ssm:/a/b:3}}", "1"],
      ["{{resolve:ssm:c}}", "2"],
      ["{{resolve:ssm-secure:d}}", "3"],
    ]);
    expect(withDynamicReferences(properties, values)).toEqual({ A: "x-1-2", B: [{ C: "3" }] });
  });

  test.each([
    ["db", { secretId: "db" }],
    ["prod/db:SecretString", { secretId: "prod/db" }],
    ["db:SecretString:password", { jsonKey: "password" }],
    ["db:SecretString::AWSPREVIOUS", { jsonKey: undefined, versionStage: "AWSPREVIOUS" }],
    ["db:SecretString:user:", { jsonKey: "user", versionStage: undefined }],
    ["db:SecretString:user::", { jsonKey: "user", versionId: undefined }],
    ["db::user", { secretId: "db", jsonKey: "user" }],
    ["db:SecretString:user::1234", { versionStage: undefined, versionId: "1234" }],
    [
      "arn:aws:secretsmanager:us-east-1:000000000000:secret:db-a1B2c3:SecretString:user",
      {
        secretId: "arn:aws:secretsmanager:us-east-1:000000000000:secret:db-a1B2c3",
        jsonKey: "user",
      },
    ],
  ])("to secrets: %s", (rest, expected) => {
    const text = `{{resolve:secretsmanager:${rest}}}`;
    expect(dynamicReferencesIn(`a ${text} b`)).toMatchObject([
      { service: "secretsmanager", text, ...expected },
    ]);
  });

  test.each(["db:SecretBinary", ":SecretString", "db:SecretString:a:b:c:d"])(
    "to secrets: %s is refused",
    (rest) => {
      const text = `{{resolve:secretsmanager:${rest}}}`;
      expect(messageOr(() => dynamicReferencesIn(text))).toEqual({
        error: `Invalid dynamic reference ${text}`,
      });
    },
  );

  test("to other services are refused by name", () => {
    const value = "{{resolve:dynamodb:x}}";
    expect(messageOr(() => dynamicReferencesIn(value))).toEqual({
      error: `Millrace does not support dynamic references to dynamodb: ${value}`,
    });
  });
});

test("completed: finishes what a plan left open once resources exist", () => {
  const open = { "Fn::Join": ["/", ["a", { Ref: "Q" }, { "Fn::GetAtt": ["Q", "Arn"] }]] };
  const known = { ref: () => "url", attribute: () => "arn" };
  expect(completed(open, known)).toBe("a/url/arn");
  const later = { ref: () => "url", attribute: () => undefined };
  expect(completed(open, later)).toEqual({
    "Fn::Join": ["/", ["a", "url", { "Fn::GetAtt": ["Q", "Arn"] }]],
  });
});
