import { describe, expect, test } from "vitest";
import { parseRouteKey } from "./route-key.ts";
import { createRouteTable } from "./route-table.ts";

function matched(keys: readonly string[], method: string, path: string): unknown {
  const table = createRouteTable(keys.map((routeKey) => ({ routeKey })));
  const match = table.match(method, path);
  return match && [match.route.routeKey, match.variables];
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html */
describe("match: the example of the documentation", () => {
  const keys = [
    "$default",
    "ANY /{proxy+}",
    "GET /pets/{proxy+}",
    "GET /pets/dog/{id}",
    "GET /pets/dog/1",
  ];
  const cases: readonly (readonly [string, string, unknown])[] = [
    ["GET", "/pets/dog/1", ["GET /pets/dog/1", undefined]],
    ["GET", "/pets/dog/2", ["GET /pets/dog/{id}", { id: "2" }]],
    ["GET", "/pets/cat/1", ["GET /pets/{proxy+}", { proxy: "cat/1" }]],
    ["POST", "/test/5", ["ANY /{proxy+}", { proxy: "test/5" }]],
    ["POST", "/pets/dog/1", ["ANY /{proxy+}", { proxy: "pets/dog/1" }]],
    ["GET", "/", ["$default", undefined]],
  ];
  for (const [method, path, expected] of cases) {
    test(`${method} ${path}`, () => expect(matched(keys, method, path)).toEqual(expected));
  }
});

test("match: a path before a method, a method before ANY", () => {
  const keys = ["ANY /a/b", "GET /a/{x}", "ANY /{x}/b", "GET /{x}/b"];
  expect(matched(keys, "GET", "/a/b")).toEqual(["ANY /a/b", undefined]);
  expect(matched(keys, "GET", "/a/c")).toEqual(["GET /a/{x}", { x: "c" }]);
  expect(matched(keys, "GET", "/z/b")).toEqual(["GET /{x}/b", { x: "z" }]);
  expect(matched(keys, "PUT", "/z/b")).toEqual(["ANY /{x}/b", { x: "z" }]);
  expect(matched(keys, "PUT", "/z/c")).toBeUndefined();
});

test("match: decodes, and wants something for each variable", () => {
  const keys = ["GET /pets/{id}", "GET /caf%C3%A9", "GET /café", "GET /x/{rest+}"];
  expect(matched(keys, "GET", "/pets/a%20b")).toEqual(["GET /pets/{id}", { id: "a b" }]);
  expect(matched(keys, "GET", "/caf%C3%A9")).toEqual(["GET /café", undefined]);
  expect(matched(keys, "GET", "/pets/%zz")).toEqual(["GET /pets/{id}", { id: "%zz" }]);
  expect(matched(keys, "GET", "/pets/")).toBeUndefined();
  expect(matched(keys, "GET", "/pets")).toBeUndefined();
  expect(matched(keys, "GET", "/x/")).toBeUndefined();
  expect(matched(keys, "GET", "/x/a//b")).toEqual(["GET /x/{rest+}", { rest: "a//b" }]);
});

test("route key: is $default, or a method and a path", () => {
  for (const key of ["$default", "ANY /", "GET /a/{b}/c", "POST /{proxy+}"]) {
    expect(parseRouteKey(key), key).toBeDefined();
  }
  for (const key of [
    "",
    "GET",
    "get /a",
    "TRACE /a",
    "GET a",
    "GET /{a+}/b",
    "GET /{",
    "GET /a b",
  ]) {
    expect(parseRouteKey(key), key).toBeUndefined();
  }
});
