import { expect, test } from "vitest";
import { utf8Decode, utf8Encode } from "../base/bytes.ts";
import { jsonFormOf, withJsonForm } from "./json-form.ts";
import { loadModel } from "./models.ts";
import { respond } from "./respond.ts";

const claim = {
  model: loadModel("dynamodb"),
  protocol: "awsJson1_0",
  operation: "GetItem",
} as Parameters<typeof respond>[0];

test("respond: copies the JSON form of an output", () => {
  const output = withJsonForm({ Item: { id: { S: "a" } } }, () =>
    utf8Encode('{"Item": {"id": {"S": "a"}}}'),
  );
  const { body, headers } = respond(claim, output, "id");
  expect(utf8Decode(body as Uint8Array)).toBe('{"Item": {"id": {"S": "a"}}}');
  expect(new Map(headers).get("Content-Type")).toBe("application/x-amz-json-1.0");
});

test("respond: a changed copy of an output has no JSON form", () => {
  const output = withJsonForm({ Item: { id: { S: "a" } } }, () => utf8Encode("{}"));
  const changed = { ...output, ConsumedCapacity: { CapacityUnits: 1 } };
  expect(jsonFormOf(changed)).toBeUndefined();
  const { body } = respond(claim, changed, "id");
  expect(JSON.parse(utf8Decode(body as Uint8Array))).toEqual(changed);
});
