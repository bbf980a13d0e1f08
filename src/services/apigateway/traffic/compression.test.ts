import { brotliCompressSync, deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import {
  createRestApiFixture,
  functionUri,
  jsonResult,
  type RestApiFixture,
} from "../../../testing/rest-api-fixture.ts";

const definition = (more: object = {}) => ({
  openapi: "3.0.1",
  info: { title: "api", version: "1" },
  paths: {
    "/": {
      post: {
        "x-amazon-apigateway-integration": {
          type: "aws_proxy",
          httpMethod: "POST",
          uri: functionUri("f"),
        },
      },
    },
  },
  ...more,
});

const COMPRESSING = definition({ "x-amazon-apigateway-minimum-compression-size": 10 });

function post(fixture: RestApiFixture, apiId: string, headers: object, body = new Uint8Array()) {
  return fixture.send(apiId, "/dev", {
    method: "POST",
    headers: { host: "h", ...headers },
    body,
  });
}

describe("answers of an API with a minimum size", () => {
  test.each([
    ["gzip, deflate, br", "gzip", gunzipSync],
    ["br, gzip", "gzip", gunzipSync],
    ["gzip;q=0.5, deflate", "deflate", inflateSync],
  ])("are compressed for %s by %s", async (accept, name, decode) => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(COMPRESSING);
    const text = "x".repeat(1_000);
    fixture.answerWith(async () => jsonResult({ statusCode: 200, body: text }));
    const answer = await post(fixture, apiId, { "accept-encoding": accept });
    expect(answer.headers["content-encoding"]).toBe(name);
    expect(answer.bytes.length).toBeLessThan(100);
    expect(utf8Decode(decode(answer.bytes))).toBe(text);
  });

  test.each([
    ["below the size", "x".repeat(9), "gzip", {}],
    ["that the client does not ask for", "x".repeat(10), "", {}],
    ["that the client leaves to the API", "x".repeat(10), "*", {}],
    ["that the client likes better as they are", "x".repeat(10), "identity, gzip;q=0.5", {}],
    ["that the client does not want", "x".repeat(10), "gzip;q=0", {}],
    ["that are encoded", "x".repeat(10), "gzip", { "Content-Encoding": "br" }],
  ])("go out as they are: those %s", async (_, body, accept, headers) => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(COMPRESSING);
    fixture.answerWith(async () => jsonResult({ statusCode: 200, headers, body }));
    const given = accept === "" ? {} : { "accept-encoding": accept };
    expect((await post(fixture, apiId, given)).body).toBe(body);
  });

  test("an API that has none compresses nothing", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(definition());
    expect(await post(fixture, apiId, { "accept-encoding": "gzip" })).toMatchObject({
      body: "hello",
    });
  });
});

describe("requests", () => {
  test.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
  ])("in %s reach the integration as they were", async (name, encode) => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(definition());
    await post(fixture, apiId, { "content-encoding": name }, encode(utf8Encode('{"total":5}')));
    const [{ event } = { event: {} }] = fixture.events;
    expect(event).toMatchObject({ body: '{"total":5}', isBase64Encoded: false });
    expect(event).not.toHaveProperty(["headers", "content-encoding"]);
  });

  test.each([
    ["in a coding there is not", "br", Uint8Array.from(brotliCompressSync("x"))],
    ["that are not in their coding", "gzip", Uint8Array.from(utf8Encode("plain"))],
  ])("are refused: those %s", async (_, name, body) => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(definition());
    const answer = await post(fixture, apiId, { "content-encoding": name }, body);
    expect([answer.status, answer.body, fixture.events.length]).toEqual([
      415,
      '{"message":"Unsupported Media Type"}',
      0,
    ]);
  });

  test("that grow beyond what a request may be are too large", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(definition());
    const body = gzipSync(new Uint8Array(10 * 1024 * 1024 + 1));
    expect(await post(fixture, apiId, { "content-encoding": "gzip" }, body)).toMatchObject({
      status: 413,
    });
  });
});
