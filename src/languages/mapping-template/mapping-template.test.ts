import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TemplateError } from "../vtl/template-error.ts";
import cases from "./cases/mappings.json" with { type: "json" };
import { type MappingSource, parseTemplate, renderMapping } from "./mapping-template.ts";

interface Case {
  readonly template: string;
  readonly body?: string;
  readonly text?: string;
  readonly json?: unknown;
  readonly error?: string;
  readonly overrides?: unknown;
}

const SOURCE: MappingSource = {
  body: cases.body,
  parameters: cases.parameters as unknown as MappingSource["parameters"],
  context: cases.context,
  stageVariables: cases.stageVariables,
};

describe("cases", () => {
  test.each(cases.cases as readonly Case[])("mapping: $template", (example) => {
    const run = () =>
      renderMapping(parseTemplate(example.template), {
        ...SOURCE,
        body: example.body ?? SOURCE.body,
      });
    if (example.error !== undefined) {
      expect(run).toThrow(new TemplateError(example.error));
      return;
    }
    const { text, overrides } = run();
    if (example.json === undefined) {
      expect(text).toBe(example.text);
    } else {
      expect(JSON.parse(text)).toEqual(example.json);
    }
    if (example.overrides !== undefined) {
      expect(JSON.parse(JSON.stringify(overrides))).toEqual(example.overrides);
    }
  });
});

describe("mapping", () => {
  test("loops: those beyond a thousand rounds are cut, as AWS's quota has it", () => {
    const template = parseTemplate("#foreach($i in [1..1500])x#end");
    expect(renderMapping(template, SOURCE).text).toHaveLength(1000);
  });

  test("templates: one is rendered again as if it never was", () => {
    const template = parseTemplate(
      "#set($r = $input.path('$'))#set($r.n = \"$!r.n+\")$input.path('$.n')",
    );
    const bodies = ["{}", "{}", '{"n":1}'];
    expect(bodies.map((body) => renderMapping(template, { ...SOURCE, body }).text)).toEqual([
      "+",
      "+",
      "1+",
    ]);
  });

  test("json: any payload goes through unchanged", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const body = JSON.stringify(value);
        const { text } = renderMapping(parseTemplate("$input.json('$')"), { ...SOURCE, body });
        expect(JSON.parse(text)).toEqual(JSON.parse(body));
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  test("escapeJavaScript: what it makes is a string of JavaScript with the text it was given", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const body = JSON.stringify({ value });
        const template = parseTemplate("$util.escapeJavaScript($input.path('$.value'))");
        const { text } = renderMapping(template, { ...SOURCE, body });
        expect(JSON.parse(`"${text.replaceAll("\\'", "'")}"`)).toBe(value);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  test("encodings: decoding gives back what was encoded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        const body = JSON.stringify({ value });
        const template = parseTemplate(
          "#set($v = $input.path('$.value'))$util.urlDecode($util.urlEncode($v))|" +
            "$util.base64Decode($util.base64Encode($v))",
        );
        expect(renderMapping(template, { ...SOURCE, body }).text).toBe(`${value}|${value}`);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
