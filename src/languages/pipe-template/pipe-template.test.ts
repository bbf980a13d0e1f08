import { describe, expect, test } from "vitest";
import { parseJsonPath } from "./json-path.ts";
import { type PipeScope, parsePipeTemplate } from "./pipe-template.ts";

const MESSAGE = {
  messageId: "m1",
  body: '{"name": "Ann \\"A\\"", "tags": ["a", "b"], "n": 5, "deep": {"x/y": true}}',
  attributes: { SenderId: "s" },
  eventSource: "aws:sqs",
};

function rendered(template: string, event: unknown = MESSAGE): string {
  const scope: PipeScope = {
    event,
    pipeArn: "arn:pipe",
    pipeName: "orders",
    sourceArn: "arn:source",
    enrichmentArn: "arn:enrichment",
    targetArn: "arn:target",
    ingestionTime: "2026-01-01T00:00:00.000Z",
  };
  const { template: parsed, unknown } = parsePipeTemplate(template);
  return parsed?.render(scope) ?? `unknown ${unknown}`;
}

describe("templates of pipes", () => {
  test.each([
    ["static text", "Hello, sender", "Hello, sender"],
    ["a path alone: a text", "<$.attributes.SenderId>", "s"],
    ["a path alone: an object", "<$.body.deep>", '{"x/y":true}'],
    ["a text with a path", "Hello, <$.body.name>", 'Hello, Ann "A"'],
    ["JSON with a text", '{"k": <$.body.name>}', '{"k": "Ann \\"A\\""}'],
    ["JSON with a quoted text", '{"k": "I am <$.body.name>"}', '{"k": "I am Ann \\"A\\""}'],
    ["JSON with a list", '{"k": <$.body.tags>}', '{"k": ["a","b"]}'],
    ["JSON with a quoted list", '{"k": "<$.body.tags>"}', '{"k": "[a,b]"}'],
    ["JSON with a number", '{"k": <$.body.n>}', '{"k": 5}'],
    ["an element", '{"k": <$.body.tags[1]>}', '{"k": "b"}'],
    ["every element", '{"k": <$.body.tags[*]>}', '{"k": ["a","b"]}'],
    ["slashes", '{"k": <$.body.deep.x/y>}', '{"k": true}'],
    ["what is not there", '{"k": <$.body.none.at.all>}', '{"k": ""}'],
    [
      "reserved variables",
      '["<aws.pipes.pipe-name>", <aws.pipes.pipe-arn>]',
      '["orders", "arn:pipe"]',
    ],
    [
      "all reserved variables",
      "<aws.pipes.source-arn> <aws.pipes.enrichment-arn> <aws.pipes.target-arn> <aws.pipes.event.ingestion-time>",
      "arn:source arn:enrichment arn:target 2026-01-01T00:00:00.000Z",
    ],
    ["markup", "<b><$.messageId></b>", "<b>m1</b>"],
    ["an unknown reserved variable", "<aws.pipes.bogus>", "unknown aws.pipes.bogus"],
    ["a variable of rules", "<aws.events.rule-name>", "unknown aws.events.rule-name"],
    ["a broken path", "<$.a..b>", "unknown $.a..b"],
  ])("%s", (_, template, expected) => expect(rendered(template)).toBe(expected));

  test("the whole event, as it came and decoded", () => {
    expect(JSON.parse(rendered('{"e": <aws.pipes.event>}'))).toEqual({ e: MESSAGE });
    expect(JSON.parse(rendered('{"e": <aws.pipes.event.json>}')).e.body.n).toBe(5);
  });

  test("a body that is no JSON is a text", () => {
    expect(rendered('{"b": <$.body>}', { body: "5 < 6" })).toBe('{"b": "5 < 6"}');
    expect(rendered('{"b": <$.body.x>}', { body: "{broken" })).toBe('{"b": ""}');
  });

  test("data of Kinesis is decoded", () => {
    const data = Buffer.from('{"a": 1}').toString("base64");
    expect(rendered("<$.data.a>", { eventSource: "aws:kinesis", data })).toBe("1");
    expect(rendered("<$.data>", { data })).toBe(data);
  });
});

test.each(["", "a", "$.", "$.a.", "$[x]", "$.a[", "$ .a"])("no path: %s", (text) =>
  expect(parseJsonPath(text)).toBeUndefined(),
);
