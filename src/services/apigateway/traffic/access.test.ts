import { describe, expect, test } from "vitest";
import {
  createRestApiFixture,
  functionUri,
  jsonResult,
} from "../../../testing/rest-api-fixture.ts";

const integration = { type: "aws_proxy", httpMethod: "POST", uri: functionUri("f") };

/** An API whose method asks the function `guard`. */
const guarded = (authorizer: object, name = "X-Token") => ({
  swagger: "2.0",
  info: { title: "api", version: "1" },
  paths: {
    "/": {
      get: { "x-amazon-apigateway-integration": integration, security: [{ guard: [] }] },
      post: { "x-amazon-apigateway-integration": integration, security: [{ guard: [] }] },
    },
  },
  securityDefinitions: {
    guard: {
      type: "apiKey",
      name,
      in: "header",
      "x-amazon-apigateway-authtype": "custom",
      "x-amazon-apigateway-authorizer": { authorizerUri: functionUri("guard"), ...authorizer },
    },
  },
});

const decision = (Effect: string, Resource: string, more: object = {}) =>
  jsonResult({
    principalId: "me",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect, Resource }],
    },
    ...more,
  });

const ok = jsonResult({ statusCode: 200, body: "in" });

describe("authorizers", () => {
  test("of type TOKEN get the token, and their context reaches the function as texts", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(guarded({ type: "token" }));
    fixture.answerWith(async (name) =>
      name === "guard" ? decision("Allow", "*", { context: { level: 3, admin: true } }) : ok,
    );
    expect(await fixture.send(apiId, "/dev")).toMatchObject({
      status: 401,
      headers: { "x-amzn-errortype": "UnauthorizedException" },
      body: '{"message":"Unauthorized"}',
    });
    expect(fixture.events).toEqual([]);
    const headers = { "x-token": "secret" };
    expect((await fixture.send(apiId, "/dev", { headers })).body).toBe("in");
    expect(fixture.events[0]).toEqual({
      name: "guard",
      event: {
        type: "TOKEN",
        authorizationToken: "secret",
        methodArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/dev/GET/`,
      },
    });
    expect(fixture.events[1]?.event).toMatchObject({
      requestContext: { authorizer: { principalId: "me", level: "3", admin: "true" } },
    });
  });

  test("are asked again when their time is up on the engine's clock, and not before", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(
      guarded({ type: "token", authorizerResultTtlInSeconds: 60 }),
    );
    fixture.answerWith(async (name) => (name === "guard" ? decision("Allow", "*") : ok));
    const asked = () => fixture.events.filter(({ name }) => name === "guard").length;
    const send = (token: string) => fixture.send(apiId, "/dev", { headers: { "x-token": token } });
    await send("a");
    await fixture.clock.advance(59_000);
    await send("a");
    expect(asked()).toBe(1);
    await send("b");
    expect(asked()).toBe(2);
    await fixture.clock.advance(1_000);
    await send("a");
    expect(asked()).toBe(3);
  });

  test("deny by policy, for other methods too, which a kept decision is held against", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(guarded({ type: "token" }));
    const own = `arn:aws:execute-api:us-east-1:000000000000:${apiId}/dev/GET/*`;
    const headers = { "x-token": "t" };
    fixture.answerWith(async (name) => (name === "guard" ? decision("Allow", own) : ok));
    expect((await fixture.send(apiId, "/dev", { headers })).status).toBe(200);
    expect(await fixture.send(apiId, "/dev", { headers, method: "POST" })).toMatchObject({
      status: 403,
      headers: { "x-amzn-errortype": "AccessDeniedException" },
      body: '{"Message":"User is not authorized to access this resource"}',
    });
    fixture.answerWith(async () => decision("Deny", "*"));
    expect(await fixture.send(apiId, "/dev", { headers: { "x-token": "u" } })).toMatchObject({
      status: 403,
      body: '{"Message":"User is not authorized to access this resource with an explicit deny"}',
    });
  });

  test("of type REQUEST get the request; one that lacks an identity source is not asked about", async () => {
    const fixture = createRestApiFixture();
    const identitySource = "method.request.header.X-Token, method.request.querystring.q";
    const apiId = await fixture.imported(guarded({ type: "request", identitySource }, "Unused"));
    fixture.answerWith(async (name) => (name === "guard" ? decision("Allow", "*") : ok));
    const headers = { "x-token": "t" };
    expect((await fixture.send(apiId, "/dev", { headers })).status).toBe(401);
    expect((await fixture.send(apiId, "/dev?q=1", { headers })).status).toBe(200);
    expect(fixture.events[0]?.event).toMatchObject({
      type: "REQUEST",
      methodArn: expect.stringContaining(":execute-api:"),
      resource: "/",
      path: "/",
      httpMethod: "GET",
      queryStringParameters: { q: "1" },
      requestContext: { apiId, stage: "dev" },
    });
  });

  test("that fail are told apart: Unauthorized, any other error, no policy", async () => {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(guarded({ type: "token" }));
    const attempt = async (token: string, result: Parameters<typeof fixture.answerWith>[0]) => {
      fixture.answerWith(result);
      const answer = await fixture.send(apiId, "/dev", { headers: { "x-token": token } });
      return [answer.status, answer.body];
    };
    const failure = (errorMessage: string) => async () => ({
      FunctionError: "Unhandled",
      ...jsonResult({ errorMessage }),
    });
    expect(await attempt("a", failure("Unauthorized"))).toEqual([
      401,
      '{"message":"Unauthorized"}',
    ]);
    expect(await attempt("b", failure("other"))).toEqual([500, '{"message":null}']);
    const empty = async () => jsonResult({ principalId: "me" });
    expect(await attempt("c", empty)).toEqual([500, '{"message":null}']);
  });
});

describe("IAM", () => {
  test("asks for a signature, whoever's", async () => {
    const fixture = createRestApiFixture();
    const definition = guarded({});
    const apiId = await fixture.imported({
      ...definition,
      securityDefinitions: {
        guard: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          "x-amazon-apigateway-authtype": "awsSigv4",
        },
      },
    });
    expect((await fixture.send(apiId, "/dev")).body).toBe(
      '{"message":"Missing Authentication Token"}',
    );
    const authorization =
      "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0";
    expect((await fixture.send(apiId, "/dev", { headers: { authorization } })).status).toBe(200);
    expect(fixture.events[0]?.event).toMatchObject({
      requestContext: { identity: { accessKey: "AKID", accountId: "000000000000" } },
    });
  });
});

describe("API keys", () => {
  const definition = {
    ...guarded({}),
    securityDefinitions: { guard: { type: "apiKey", name: "x-api-key", in: "header" } },
  };

  async function keyed(plan: object) {
    const fixture = createRestApiFixture();
    const apiId = await fixture.imported(definition);
    const { id: usagePlanId = "" } = await fixture.call("CreateUsagePlan", {
      name: "plan",
      apiStages: [{ apiId, stage: "dev" }],
      ...plan,
    });
    const { id: keyId = "", value = "" } = await fixture.call("CreateApiKey", { enabled: true });
    await fixture.call("CreateUsagePlanKey", { usagePlanId, keyId, keyType: "API_KEY" });
    const send = async (key = value) => {
      const answer = await fixture.send(apiId, "/dev", { headers: { "x-api-key": key } });
      return [answer.status, answer.body];
    };
    return { fixture, usagePlanId, keyId, value, send };
  }

  test("let in who has one of a plan with the stage, while it is enabled", async () => {
    const { fixture, keyId, value, send } = await keyed({});
    expect(await send("nobody")).toEqual([403, '{"message":"Forbidden"}']);
    expect(await send()).toEqual([200, "hello"]);
    expect(fixture.events[0]?.event).toMatchObject({
      requestContext: { identity: { apiKey: value, apiKeyId: keyId } },
    });
    const patchOperations = [{ op: "replace", path: "/enabled", value: "false" }];
    await fixture.call("UpdateApiKey", { apiKey: keyId, patchOperations });
    expect((await send())[0]).toBe(403);
  });

  test("are counted against a quota, day by day; another rest may be granted", async () => {
    const { fixture, usagePlanId, keyId, send } = await keyed({
      quota: { limit: 2, period: "DAY" },
    });
    const statuses = async () => [(await send())[0], (await send())[0], (await send())[0]];
    expect(await statuses()).toEqual([200, 200, 429]);
    expect(await send()).toEqual([429, '{"message":"Limit Exceeded"}']);
    const usage = { usagePlanId, startDate: "2026-01-01", endDate: "2026-01-01" };
    expect((await fixture.call("GetUsage", usage)).items).toEqual({ [keyId]: [[2, 0]] });
    await fixture.call("UpdateUsage", {
      usagePlanId,
      keyId,
      patchOperations: [{ op: "replace", path: "/remaining", value: "1" }],
    });
    expect(await statuses()).toEqual([200, 429, 429]);
    await fixture.clock.advance(86_400_000);
    expect(await statuses()).toEqual([200, 200, 429]);
  });

  test("are throttled by their plan, as methods are by their stage", async () => {
    const { fixture, send } = await keyed({ throttle: { burstLimit: 1, rateLimit: 1 } });
    expect((await send())[0]).toBe(200);
    expect(await send()).toEqual([429, '{"message":"Too Many Requests"}']);
    await fixture.clock.advance(1000);
    expect((await send())[0]).toBe(200);
  });
});
