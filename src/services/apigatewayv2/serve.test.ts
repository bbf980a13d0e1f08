import { describe, expect, test } from "vitest";
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import { createMemoryLog } from "../../platform/log.ts";
import { createScriptedHttp } from "../../testing/scripted-http.ts";
import { type ServiceCaller, serviceCaller } from "../../testing/service-harness.ts";
import { createTestStore, type TestStore } from "../../testing/test-store.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { HttpRequest } from "../../wire/http.ts";
import { createApiGatewayV2 } from "./service.ts";

const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:orders";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Bench extends TestStore {
  readonly call: ServiceCaller<"apigatewayv2">;
  /** What the function was last called with. */
  readonly event: () => Record<string, unknown>;
  readonly functionName: () => string;
  /** What the function answers from now on. */
  readonly answerWith: (
    result: () => Promise<{ Payload?: Uint8Array; FunctionError?: string }>,
  ) => void;
  readonly send: (apiId: string, request: Partial<HttpRequest>) => Promise<Answer>;
}

function bench(): Bench {
  const testStore = createTestStore();
  let last: { FunctionName: string; Payload: Uint8Array } | undefined;
  let result: () => Promise<object> = async () => ({ Payload: utf8Encode('{"ok":true}') });
  const dispatcher = {
    call: (_caller: unknown, service: string, operation: string, input: typeof last) => {
      expect([service, operation]).toEqual(["lambda", "Invoke"]);
      last = input;
      return result();
    },
  } as unknown as Dispatcher;
  const { service, serve } = createApiGatewayV2({
    ...testStore,
    log: createMemoryLog(),
    dispatcher,
    http: createScriptedHttp(),
  });
  return {
    ...testStore,
    call: serviceCaller<"apigatewayv2">(service, testStore.clock),
    event: () => JSON.parse(utf8Decode(last?.Payload ?? new Uint8Array())),
    functionName: () => last?.FunctionName ?? "",
    answerWith(next) {
      result = next;
    },
    async send(apiId, given) {
      const host = `${apiId}.execute-api.localhost:4566`;
      const request: HttpRequest = {
        method: "GET",
        path: "/",
        query: "",
        headers: { host },
        body: new Uint8Array(),
        sourceIp: "127.0.0.1",
        ...given,
      };
      const response = await serve(request, { apiId, path: request.path, host });
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: utf8Decode(response.body as Uint8Array),
      };
    },
  };
}

async function quickApi({ call }: Bench): Promise<string> {
  const { ApiId = "" } = await call("CreateApi", {
    Name: "quick",
    ProtocolType: "HTTP",
    Target: FUNCTION,
  });
  return ApiId;
}

async function routedApi(
  { call }: Bench,
  routeKeys: readonly string[],
  PayloadFormatVersion = "2.0",
): Promise<string> {
  const { ApiId = "" } = await call("CreateApi", { Name: "api", ProtocolType: "HTTP" });
  const { IntegrationId } = await call("CreateIntegration", {
    ApiId,
    IntegrationType: "AWS_PROXY",
    IntegrationUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`,
    PayloadFormatVersion,
  });
  for (const RouteKey of routeKeys) {
    await call("CreateRoute", { ApiId, RouteKey, Target: `integrations/${IntegrationId}` });
  }
  return ApiId;
}

describe("payload", () => {
  test("2.0: as AWS sends it", async () => {
    const given = bench();
    const { call, send, event, functionName } = given;
    const apiId = await routedApi(given, ["POST /orders/{id}"]);
    await call("CreateStage", {
      ApiId: apiId,
      StageName: "$default",
      AutoDeploy: true,
      StageVariables: { color: "blue" },
    });
    const answer = await send(apiId, {
      method: "POST",
      path: "/orders/a%20b",
      query: "x=1&y=a%20b&x=2",
      headers: {
        host: "h",
        connection: "close",
        cookie: "a=1; b=2",
        "user-agent": "curl",
        "content-type": "application/json",
        "x-amzn-trace-id": "Root=1-2-3",
      },
      body: utf8Encode('{"total":5}'),
    });
    expect(answer).toEqual({
      status: 200,
      headers: {
        "content-type": "application/json",
        "apigw-requestid": expect.stringMatching(/^[\w+/]{15}=$/),
      },
      body: '{"ok":true}',
    });
    expect(functionName()).toBe(FUNCTION);
    const host = `${apiId}.execute-api.localhost:4566`;
    expect(event()).toEqual({
      version: "2.0",
      routeKey: "POST /orders/{id}",
      rawPath: "/orders/a b",
      rawQueryString: "x=1&y=a%20b&x=2",
      cookies: ["a=1", "b=2"],
      headers: {
        host: "h",
        "user-agent": "curl",
        "content-type": "application/json",
        "x-amzn-trace-id": "Root=1-2-3",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": "4566",
        "x-forwarded-proto": "http",
      },
      queryStringParameters: { x: "1,2", y: "a b" },
      requestContext: {
        accountId: "000000000000",
        apiId,
        domainName: host,
        domainPrefix: apiId,
        http: {
          method: "POST",
          path: "/orders/a b",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "curl",
        },
        requestId: answer.headers["apigw-requestid"],
        routeKey: "POST /orders/{id}",
        stage: "$default",
        time: "01/Jan/2026:00:00:00 +0000",
        timeEpoch: Date.UTC(2026, 0, 1),
      },
      pathParameters: { id: "a b" },
      stageVariables: { color: "blue" },
      body: '{"total":5}',
      isBase64Encoded: false,
    });
  });

  test("2.0: what is not text is base64, and what is not there is left out", async () => {
    const given = bench();
    const apiId = await quickApi(given);
    await given.send(apiId, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: utf8Encode("a=1"),
    });
    expect(given.event()).toMatchObject({ body: "YT0x", isBase64Encoded: true });
    await given.send(apiId, { path: "/any/where" });
    const event = given.event();
    expect(event["routeKey"]).toBe("$default");
    expect(Object.keys(event).sort()).toEqual(
      "headers isBase64Encoded rawPath rawQueryString requestContext routeKey version".split(" "),
    );
  });

  test("1.0: single and multiple values, nulls for what is not there", async () => {
    const given = bench();
    const apiId = await routedApi(given, ["ANY /a/{rest+}"], "1.0");
    await given.call("CreateStage", { ApiId: apiId, StageName: "dev", AutoDeploy: true });
    given.answerWith(async () => ({
      Payload: utf8Encode('{"statusCode":201,"headers":{"X-A":"b"},"body":"made"}'),
    }));
    const headers = { host: "h", "user-agent": "curl", "x-own": "1" };
    const sent = { path: "/dev/a/b/c", query: "x=1&x=2", headers };
    expect(await given.send(apiId, sent)).toMatchObject({
      status: 201,
      headers: { "x-a": "b" },
      body: "made",
    });
    expect(given.event()).toMatchObject({
      version: "1.0",
      resource: "/a/{rest+}",
      path: "/dev/a/b/c",
      httpMethod: "GET",
      headers: {
        Host: "h",
        "User-Agent": "curl",
        "X-Amzn-Trace-Id": expect.stringMatching(/^Root=/),
        "X-Forwarded-For": "127.0.0.1",
        "x-own": "1",
      },
      multiValueHeaders: { "X-Forwarded-Proto": ["http"], "x-own": ["1"] },
      queryStringParameters: { x: "2" },
      multiValueQueryStringParameters: { x: ["1", "2"] },
      pathParameters: { rest: "b/c" },
      body: null,
      isBase64Encoded: false,
      requestContext: { stage: "dev", resourcePath: "/a/{rest+}", resourceId: "ANY /a/{rest+}" },
    });
  });
});

describe("failures", () => {
  test("of routing are 404, of size 413", async () => {
    const given = bench();
    const apiId = await routedApi(given, ["GET /a"]);
    expect((await given.send(apiId, { path: "/a" })).status).toBe(404);
    await given.call("CreateStage", { ApiId: apiId, StageName: "$default", AutoDeploy: true });
    expect((await given.send(apiId, { path: "/a" })).status).toBe(200);
    const missing = await given.send(apiId, { path: "/b" });
    expect([missing.status, missing.body]).toEqual([404, '{"message":"Not Found"}']);
    expect((await given.send("nowhere", {})).status).toBe(404);
    const body = new Uint8Array(10_485_761);
    expect((await given.send(apiId, { path: "/a", body })).status).toBe(413);
    await given.call("UpdateApi", { ApiId: apiId, DisableExecuteApiEndpoint: true });
    expect((await given.send(apiId, { path: "/a" })).status).toBe(404);
  });

  test("of the function are 500, its throttling 503", async () => {
    const given = bench();
    const apiId = await quickApi(given);
    const statusFor = async (
      answer: () => Promise<{ Payload?: Uint8Array; FunctionError?: string }>,
    ): Promise<unknown> => {
      given.answerWith(answer);
      const { status, body } = await given.send(apiId, {});
      return [status, body];
    };
    const internal = [500, '{"message":"Internal Server Error"}'];
    expect(
      await statusFor(async () => ({ Payload: utf8Encode("{}"), FunctionError: "Unhandled" })),
    ).toEqual(internal);
    expect(await statusFor(async () => ({ Payload: utf8Encode('{"statusCode":1}') }))).toEqual(
      internal,
    );
    expect(await statusFor(() => Promise.reject(new Error("broken")))).toEqual(internal);
    const refused = (code: string, status: number) => (): Promise<never> =>
      Promise.reject(new AwsError({ code, message: "no", status }));
    expect(await statusFor(refused("ResourceNotFoundException", 404))).toEqual(internal);
    expect(await statusFor(refused("TooManyRequestsException", 429))).toEqual([
      503,
      '{"message":"Service Unavailable"}',
    ]);
  });

  test("to answer in time are 503", async () => {
    const given = bench();
    const apiId = await quickApi(given);
    given.answerWith(() => new Promise(() => {}));
    const pending = given.send(apiId, {});
    await given.clock.advance(29_999);
    expect(await Promise.race([pending, "waiting"])).toBe("waiting");
    await given.clock.advance(1);
    expect((await pending).status).toBe(503);
    expect(given.clock.nextDueMs()).toBeUndefined();
  });
});

describe("CORS", () => {
  const cors = {
    AllowOrigins: ["https://app.example", "http://*"],
    AllowMethods: ["GET", "POST"],
    AllowHeaders: ["content-type"],
    ExposeHeaders: ["x-a"],
    MaxAge: 300,
    AllowCredentials: true,
  };

  test("preflights are answered without a route", async () => {
    const given = bench();
    const apiId = await routedApi(given, ["GET /a"]);
    await given.call("UpdateApi", { ApiId: apiId, CorsConfiguration: cors });
    await given.call("CreateStage", { ApiId: apiId, StageName: "$default", AutoDeploy: true });
    const preflight = (origin: string): Promise<Answer> =>
      given.send(apiId, {
        method: "OPTIONS",
        path: "/a",
        headers: { origin, "access-control-request-method": "GET" },
      });
    expect(await preflight("https://app.example")).toEqual({
      status: 204,
      headers: {
        "access-control-allow-origin": "https://app.example",
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": "300",
        "apigw-requestid": expect.any(String),
      },
      body: "",
    });
    expect((await preflight("http://any")).headers["access-control-allow-origin"]).toBe(
      "http://any",
    );
    expect(Object.keys((await preflight("https://other")).headers)).toEqual(["apigw-requestid"]);
    expect((await given.send(apiId, { method: "OPTIONS", path: "/a" })).status).toBe(404);
  });

  test("the function's own headers are ignored once it is configured", async () => {
    const given = bench();
    const apiId = await quickApi(given);
    given.answerWith(async () => ({
      Payload: utf8Encode('{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"mine"}}'),
    }));
    const headers = { origin: "https://app.example" };
    const allowed = async (): Promise<unknown> =>
      (await given.send(apiId, { headers })).headers["access-control-allow-origin"];
    expect(await allowed()).toBe("mine");
    await given.call("UpdateApi", { ApiId: apiId, CorsConfiguration: { AllowOrigins: ["*"] } });
    expect(await allowed()).toBe("*");
    await given.call("DeleteCorsConfiguration", { ApiId: apiId });
    expect(await allowed()).toBe("mine");
  });
});

test("stages: serve what was deployed to them, with their variables", async () => {
  const given = bench();
  const { call, send, functionName } = given;
  const apiId = await routedApi(given, ["GET /a"]);
  const { DeploymentId } = await call("CreateDeployment", { ApiId: apiId });
  await call("CreateStage", {
    ApiId: apiId,
    StageName: "prod",
    DeploymentId,
    StageVariables: { fn: "other" },
  });
  await call("CreateStage", { ApiId: apiId, StageName: "dev", AutoDeploy: true });
  const { Items } = await call("GetIntegrations", { ApiId: apiId });
  await call("UpdateIntegration", {
    ApiId: apiId,
    IntegrationId: Items?.[0]?.IntegrationId ?? "",
    IntegrationUri: FUNCTION.replace("orders", `\${stageVariables.fn}`),
  });
  const target = `integrations/${Items?.[0]?.IntegrationId}`;
  await call("CreateRoute", { ApiId: apiId, RouteKey: "GET /b", Target: target });
  const statuses = async (): Promise<unknown> => [
    (await send(apiId, { path: "/prod/b" })).status,
    (await send(apiId, { path: "/dev/b" })).status,
  ];
  expect(await statuses()).toEqual([404, 200]);
  await call("CreateDeployment", { ApiId: apiId, StageName: "prod" });
  expect(await statuses()).toEqual([200, 200]);
  await send(apiId, { path: "/prod/b" });
  expect(functionName()).toBe(FUNCTION.replace("orders", "other"));
  expect(given.event()["rawPath"]).toBe("/prod/b");
});
