import { describe, expect, test } from "vitest";
import { parseEventPath } from "../../languages/event-path/event-path.ts";
import { parseInputTransformer } from "./input-transformer.ts";

/** The example of https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html */
const event = {
  version: "0",
  id: "7bf73129-1428-4cd3-a780-95db273d1602",
  "detail-type": "EC2 Instance State-change Notification",
  source: "aws.ec2",
  account: "123456789012",
  time: "2015-11-11T21:29:54Z",
  region: "us-east-1",
  resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],
  detail: { "instance-id": "i-0123456789", state: "RUNNING", note: 'say "hi"', tags: ["a", "b"] },
};

const paths = {
  instance: "$.detail.instance-id",
  state: "$.detail.state",
  note: "$.detail.note",
  detail: "$.detail",
  tags: "$.detail.tags",
  second: "$.detail.tags[1]",
  missing: "$.detail.nothing",
};

function rendered(template: string): string | undefined {
  const { transformer, fault } = parseInputTransformer(template, paths);
  expect(fault).toBeUndefined();
  return transformer?.render({
    event,
    ruleArn: "arn:aws:events:us-east-1:123456789012:rule/example",
    ruleName: "example",
    ingestionTime: "2015-11-11T21:29:55Z",
  });
}

describe("render", () => {
  const cases: readonly (readonly [string, string])[] = [
    ['"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'],
    [
      '{"instance": <instance>, "state": [9, <state>, true]}',
      '{"instance": "i-0123456789", "state": [9, "RUNNING", true]}',
    ],
    ['{"note": <note>, "quoted": "<note>"}', '{"note": "say \\"hi\\"", "quoted": "say \\"hi\\""}'],
    ['"the <instance> is in \\"<state>\\""', '"the i-0123456789 is in \\"RUNNING\\""'],
    ['{"tags": <tags>, "second": <second>}', '{"tags": ["a","b"], "second": "b"}'],
    ['{"text": "tags <tags>"}', '{"text": "tags [a,b]"}'],
    ['{"a": "<missing>", "b": <missing>}', '{"a": "", "b": ""}'],
    ['"line <state>"\n"line <second>"', '"line RUNNING"\n"line b"'],
    [
      '{"rule": <aws.events.rule-name>, "arn": "<aws.events.rule-arn>"}',
      '{"rule": "example", "arn": "arn:aws:events:us-east-1:123456789012:rule/example"}',
    ],
    ['{"at": "<aws.events.event.ingestion-time>"}', '{"at": "2015-11-11T21:29:55Z"}'],
    ['{"whole": <aws.events.event.json>}', `{"whole": ${JSON.stringify(event)}}`],
  ];
  for (const [template, expected] of cases) {
    test(template, () => expect(rendered(template)).toBe(expected));
  }

  test("aws.events.event is the event without its detail", () => {
    const { detail: _, ...rest } = event;
    expect(JSON.parse(rendered("<aws.events.event>") ?? "")).toEqual(rest);
  });
});

describe("parse", () => {
  test("names what is wrong", () => {
    expect(parseInputTransformer("<other>", paths).fault).toEqual({
      kind: "placeholder",
      name: "other",
    });
    expect(parseInputTransformer("<a>", { a: "detail" }).fault).toEqual({
      kind: "path",
      name: "a",
      path: "detail",
    });
    expect(parseInputTransformer("instance <instance> is up", paths).fault).toEqual({
      kind: "template",
      place: '[Source: (String)"instance null is up"; line: 1, column: 9]',
    });
    expect(parseInputTransformer('{"a": <state>', paths).fault).toMatchObject({ kind: "template" });
  });
});

test("path: selects by name, index and wildcard", () => {
  const select = (path: string): unknown => parseEventPath(path)?.select(event);
  expect(select("$")).toBe(event);
  expect(select("$.detail-type")).toBe("EC2 Instance State-change Notification");
  expect(select("$.resources[0]")).toBe(event.resources[0]);
  expect(select("$.detail.tags[*]")).toEqual(["a", "b"]);
  expect(select("$.detail.*")).toEqual(Object.values(event.detail));
  expect(select("$.detail.tags.length")).toBeUndefined();
  expect(select("$.toString")).toBeUndefined();
  expect([select("detail"), select("$.a..b"), select("$[x]")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
