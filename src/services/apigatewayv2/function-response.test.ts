import { expect, test } from "vitest";
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { functionResponse } from "./function-response.ts";

function response(result: unknown, format: "1.0" | "2.0" = "2.0"): unknown {
  const found = functionResponse(utf8Encode(JSON.stringify(result)), format);
  return found && { ...found, body: utf8Decode(found.body) };
}

const JSON_TYPE = ["content-type", "application/json"];
const TEXT_TYPE = ["content-type", "text/plain;charset=UTF-8"];

test("2.0: anything without a status is the body of a success", () => {
  expect(response({ ok: true })).toEqual({
    status: 200,
    headers: [JSON_TYPE],
    body: '{"ok":true}',
  });
  expect(response("Hello")).toEqual({ status: 200, headers: [JSON_TYPE], body: '"Hello"' });
  expect(response(null)).toEqual({ status: 200, headers: [JSON_TYPE], body: "null" });
  expect(response([1])).toMatchObject({ status: 200, body: "[1]" });
});

test("2.0: status, headers, cookies and body as stated", () => {
  expect(
    response({
      statusCode: "201",
      headers: { "X-A": 1, "Content-Type": "text/html", "Content-Length": 99, none: null },
      cookies: ["a=1; Secure", "b=2"],
      multiValueHeaders: { ignored: ["x"] },
      body: "<p>",
    }),
  ).toEqual({
    status: 201,
    headers: [
      ["x-a", "1"],
      ["content-type", "text/html"],
      ["set-cookie", "a=1; Secure"],
      ["set-cookie", "b=2"],
    ],
    body: "<p>",
  });
  expect(response({ statusCode: 204 })).toEqual({ status: 204, headers: [TEXT_TYPE], body: "" });
  expect(response({ statusCode: 200, body: "aGk=", isBase64Encoded: true })).toMatchObject({
    body: "hi",
  });
});

test("1.0: headers of several values, and a status that has to be there", () => {
  expect(
    response(
      { statusCode: 200, headers: { a: "1" }, multiValueHeaders: { B: ["2", "3"] }, body: "x" },
      "1.0",
    ),
  ).toEqual({
    status: 200,
    headers: [["a", "1"], ["b", "2"], ["b", "3"], TEXT_TYPE],
    body: "x",
  });
  expect(response({ ok: true }, "1.0")).toBeUndefined();
});

test("malformed results have no response", () => {
  expect(response({ statusCode: "abc" })).toBeUndefined();
  expect(response({ statusCode: 99 })).toBeUndefined();
  expect(response({ statusCode: 200, body: { a: 1 } })).toBeUndefined();
  expect(response({ statusCode: 200, headers: "x" })).toBeUndefined();
  expect(response({ statusCode: 200, cookies: "x" })).toBeUndefined();
  expect(functionResponse(utf8Encode("{"), "2.0")).toBeUndefined();
});
