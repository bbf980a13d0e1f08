import { describe, expect, test } from "vitest";
import { fromBase64, utf8Encode } from "../../../base/bytes.ts";
import {
  createRestApiFixture,
  functionUri,
  jsonResult,
} from "../../../testing/rest-api-fixture.ts";

const proxy = (name: string, more: object = {}) => ({
  "x-amazon-apigateway-integration": {
    type: "aws_proxy",
    httpMethod: "POST",
    uri: functionUri(name),
    ...more,
  },
});

const definition = (paths: object, more: object = {}) => ({
  openapi: "3.0.1",
  info: { title: "api", version: "1" },
  paths,
  ...more,
});

describe("proxy integrations", () => {
  test("the event is as AWS sends it", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(definition({ "/orders/{id}": { post: proxy("f") } }));
    const answer = await fixture.send(apiId, "/dev/orders/a%20b?x=1&y=a%20b&x=2", {
      method: "POST",
      headers: { host: "h", "x-amzn-trace-id": "Root=1-2-3" },
      rawHeaders: ["Host", "h", "X-Kind", "a", "x-kind", "b", "Connection", "close"],
      body: utf8Encode('{"total":5}'),
    });
    expect(answer).toMatchObject({ status: 200, body: "hello" });
    expect(answer.headers).toMatchObject({
      "content-type": "application/json",
      "x-amz-apigw-id": expect.stringMatching(/^[\w+/]{15}=$/),
      "x-amzn-trace-id": "Root=1-2-3",
    });
    const [{ event } = { event: {} }] = fixture.events;
    expect(event).toEqual({
      resource: "/orders/{id}",
      path: "/orders/a%20b",
      httpMethod: "POST",
      headers: {
        Host: "h",
        "X-Kind": "a",
        "x-kind": "b",
        "X-Amzn-Trace-Id": "Root=1-2-3",
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Port": "4566",
        "X-Forwarded-Proto": "http",
      },
      multiValueHeaders: expect.objectContaining({ "X-Kind": ["a"], Host: ["h"] }),
      queryStringParameters: { x: "2", y: "a b" },
      multiValueQueryStringParameters: { x: ["1", "2"], y: ["a b"] },
      pathParameters: { id: "a%20b" },
      stageVariables: null,
      requestContext: {
        resourceId: expect.stringMatching(/^[a-z0-9]{6}$/),
        resourcePath: "/orders/{id}",
        httpMethod: "POST",
        extendedRequestId: answer.headers["x-amz-apigw-id"],
        requestTime: "01/Jan/2026:00:00:00 +0000",
        path: "/dev/orders/a%20b",
        accountId: "000000000000",
        protocol: "HTTP/1.1",
        stage: "dev",
        domainPrefix: apiId,
        requestTimeEpoch: Date.UTC(2026, 0, 1),
        requestId: answer.headers["x-amzn-requestid"],
        identity: expect.objectContaining({ sourceIp: "127.0.0.1", accessKey: null }),
        domainName: `${apiId}.execute-api.localhost:4566`,
        deploymentId: expect.any(String),
        apiId,
      },
      body: '{"total":5}',
      isBase64Encoded: false,
    });
  });

  test("bodies of binary types arrive as base64, and leave as bytes for those who accept them", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(
      definition(
        { "/": { "x-amazon-apigateway-any-method": proxy("f") } },
        { "x-amazon-apigateway-binary-media-types": ["image/*"] },
      ),
    );
    fixture.answerWith(async () =>
      jsonResult({ statusCode: 200, body: "aGk=", isBase64Encoded: true }),
    );
    const image = { "content-type": "image/png", accept: "image/png,*/*" };
    const decoded = await fixture.send(apiId, "/dev", {
      method: "PUT",
      headers: image,
      body: fromBase64("/wA="),
    });
    expect(fixture.events[0]?.event).toMatchObject({ body: "/wA=", isBase64Encoded: true });
    expect(decoded.body).toBe("hi");
    const asText = await fixture.send(apiId, "/dev", { headers: { accept: "text/plain" } });
    expect(asText.body).toBe("aGk=");
  });

  test("a malformed result, an error and a late one are told as little as on AWS", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(
      definition({ "/": { get: proxy("f", { timeoutInMillis: 1000 }) } }),
    );
    const results = [
      jsonResult("text"),
      jsonResult({ body: "no status" }),
      jsonResult({ statusCode: 200, body: { an: "object" } }),
      { FunctionError: "Unhandled", ...jsonResult({ errorMessage: "no" }) },
    ];
    for (const result of results) {
      fixture.answerWith(async () => result);
      expect(await fixture.send(apiId, "/dev")).toMatchObject({
        status: 502,
        headers: { "x-amzn-errortype": "InternalServerErrorException" },
        body: '{"message":"Internal server error"}',
      });
    }
    fixture.answerWith(() => new Promise(() => undefined));
    const late = fixture.send(apiId, "/dev");
    await fixture.clock.advance(1000);
    expect(await late).toMatchObject({
      status: 504,
      body: '{"message":"Endpoint request timed out"}',
    });
  });

  test("headers of both kinds leave, those of the gateway under another name", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(definition({ "/": { get: proxy("f") } }));
    fixture.answerWith(async () =>
      jsonResult({
        statusCode: 201,
        headers: { "X-One": 1, Date: "today", "content-type": "text/plain" },
        multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] },
      }),
    );
    expect(await fixture.send(apiId, "/dev")).toMatchObject({
      status: 201,
      headers: {
        "x-one": "1",
        "x-amzn-remapped-date": "today",
        "set-cookie": "a=1, b=2",
        "content-type": "text/plain",
      },
      body: "",
    });
  });
});

describe("routing", () => {
  test("the most specific resource answers, then its method or ANY, or nobody", async () => {
    const fixture = createRestApiFixture();
    const any = (name: string) => ({ "x-amazon-apigateway-any-method": proxy(name) });
    const apiId = await fixture.imported(
      definition({
        "/orders": { get: proxy("list"), ...any("other") },
        "/orders/{id}": { get: proxy("one") },
        "/orders/{id}/lines": { get: proxy("lines") },
        "/orders/new": { get: proxy("new") },
        "/{proxy+}": any("rest"),
      }),
    );
    const answers = async (path: string, method = "GET") => {
      const before = fixture.events.length;
      const { status } = await fixture.send(apiId, path, { method });
      return fixture.events[before]?.name ?? status;
    };
    expect(await answers("/dev/orders")).toBe("list");
    expect(await answers("/dev/orders/")).toBe("list");
    expect(await answers("/dev/orders", "POST")).toBe("other");
    expect(await answers("/dev/orders/7")).toBe("one");
    expect(await answers("/dev/orders/new")).toBe("new");
    expect(await answers("/dev/orders/new/lines")).toBe("lines");
    expect(await answers("/dev/orders/7", "PUT")).toBe(403);
    expect(await answers("/dev/a/b/c")).toBe("rest");
    expect(fixture.events.at(-1)?.event["pathParameters"]).toEqual({ proxy: "a/b/c" });
    expect(await answers("/dev")).toBe(403);
  });

  test("what is not there is refused, as is a body that is too large", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(definition({ "/": { post: proxy("f") } }));
    const missing = await fixture.send(apiId, "/dev/x");
    expect([missing.status, missing.headers["x-amzn-errortype"], missing.body]).toEqual([
      403,
      "MissingAuthenticationTokenException",
      '{"message":"Missing Authentication Token"}',
    ]);
    for (const [id, path] of [
      [apiId, "/prod"],
      ["nobody", "/dev"],
    ] as const) {
      expect(await fixture.send(id, path)).toMatchObject({
        status: 403,
        body: '{"message":"Forbidden"}',
      });
    }
    const body = new Uint8Array(10_485_761);
    expect(await fixture.send(apiId, "/dev", { method: "POST", body })).toMatchObject({
      status: 413,
      body: '{"message":"Request Too Long"}',
    });
  });

  test("a stage serves what was deployed, until it is deployed anew", async () => {
    const fixture = createRestApiFixture();
    const { call, imported, send } = fixture;
    const restApiId = await imported(definition({ "/": { get: proxy("f") } }));
    await call("PutRestApi", {
      restApiId,
      mode: "overwrite",
      body: utf8Encode(JSON.stringify(definition({ "/new": { get: proxy("g") } }))),
    });
    expect((await send(restApiId, "/dev")).status).toBe(200);
    expect((await send(restApiId, "/dev/new")).status).toBe(403);
    await call("CreateDeployment", { restApiId, stageName: "dev" });
    expect((await send(restApiId, "/dev")).status).toBe(403);
    expect((await send(restApiId, "/dev/new")).status).toBe(200);
  });

  test("a stage's variables choose the function", async () => {
    const fixture = createRestApiFixture();
    const restApiId = await fixture.imported(
      definition({ "/": { get: proxy(`$${"{stageVariables.name}"}`) } }),
    );
    const patchOperations = [{ op: "replace", path: "/variables/name", value: "blue" }];
    await fixture.call("UpdateStage", { restApiId, stageName: "dev", patchOperations });
    await fixture.send(restApiId, "/dev");
    expect(fixture.events.map(({ name }) => name)).toEqual(["blue"]);
    expect(fixture.events[0]?.event["stageVariables"]).toEqual({ name: "blue" });
  });
});

describe("gateway responses", () => {
  test("are customized by type, by class and by status", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(
      definition(
        { "/": { get: proxy("f") } },
        {
          "x-amazon-apigateway-gateway-responses": {
            MISSING_AUTHENTICATION_TOKEN: {
              statusCode: "404",
              responseParameters: {
                "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
                "gatewayresponse.header.X-Path": "method.request.querystring.p",
              },
              responseTemplates: {
                "application/json": '{"error":$context.error.messageString,"at":"$context.path"}',
              },
            },
            DEFAULT_5XX: { responseTemplates: { "text/plain": "oops" } },
          },
        },
      ),
    );
    expect(await fixture.send(apiId, "/dev/x?p=q")).toMatchObject({
      status: 404,
      headers: { "access-control-allow-origin": "*", "x-path": "q" },
      body: '{"error":"Missing Authentication Token","at":"/dev/x"}',
    });
    fixture.answerWith(async () => jsonResult(1));
    expect(await fixture.send(apiId, "/dev")).toMatchObject({
      status: 502,
      headers: { "content-type": "text/plain" },
      body: "oops",
    });
  });
});

describe("request validation", () => {
  test("asks for parameters and bodies before the function is asked", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(
      definition(
        {
          "/": {
            post: {
              ...proxy("f"),
              "x-amazon-apigateway-request-validator": "all",
              parameters: [
                { in: "query", name: "page", required: true },
                { in: "header", name: "X-Kind", required: true },
              ],
              requestBody: {
                content: {
                  "application/json": { schema: { $ref: "#/components/schemas/Order" } },
                },
              },
            },
          },
        },
        {
          components: { schemas: { Order: { type: "object", required: ["name"] } } },
          "x-amazon-apigateway-request-validators": {
            all: { validateRequestBody: true, validateRequestParameters: true },
          },
        },
      ),
    );
    const method = "POST";
    const missing = await fixture.send(apiId, "/dev", { method });
    expect([missing.status, missing.body]).toEqual([
      400,
      '{"message":"Missing required request parameters: [page, X-Kind]"}',
    ]);
    const headers = { "x-kind": "a" };
    const send = (body: string) =>
      fixture.send(apiId, "/dev?page=1", { method, headers, body: utf8Encode(body) });
    expect(await send("{}")).toMatchObject({
      status: 400,
      body: '{"message":"Invalid request body"}',
    });
    expect(fixture.events).toEqual([]);
    expect((await send('{"name":"x"}')).status).toBe(200);
  });
});
