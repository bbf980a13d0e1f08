import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  API_FUNCTION,
  createHttpApiFixture,
  emptyHttpApi,
  functionTarget,
  type HttpAnswer,
  type HttpApiFixture,
  jsonResult,
} from "../../../testing/http-api-fixture.ts";
import { httpAnswer } from "../../../testing/scripted-http.ts";
import type { Input } from "../../../wire/operations.ts";

const ISSUER = "http://127.0.0.1:9/pool";
const GUARD = API_FUNCTION.replace("orders", "guard");

/** An API whose `GET /orders/{id}` asks an authorizer, and its id. */
async function guardedApi(
  given: HttpApiFixture,
  authorizer: Omit<Input<"apigatewayv2", "CreateAuthorizer">, "ApiId" | "Name">,
  route: { readonly AuthorizationScopes?: readonly string[] } = {},
  format = "2.0",
): Promise<string> {
  const ApiId = await emptyHttpApi(given);
  const { AuthorizerId } = await given.call("CreateAuthorizer", {
    ApiId,
    Name: "guard",
    ...authorizer,
  });
  await given.call("CreateRoute", {
    ApiId,
    RouteKey: "GET /orders/{id}",
    Target: await functionTarget(given, ApiId, format),
    AuthorizationType: authorizer.AuthorizerType === "JWT" ? "JWT" : "CUSTOM",
    AuthorizerId,
    ...route,
  });
  return ApiId;
}

const request = {
  AuthorizerType: "REQUEST",
  AuthorizerUri: GUARD,
  AuthorizerPayloadFormatVersion: "2.0",
  EnableSimpleResponses: true,
  IdentitySource: ["$request.header.Authorization"],
};

const order = (authorization?: string) => ({
  path: "/orders/1",
  headers: { host: "h", ...(authorization !== undefined && { authorization }) },
});

function contextOf(given: HttpApiFixture): unknown {
  const context = given.events("orders").at(-1)?.["requestContext"];
  return (context as Record<string, unknown> | undefined)?.["authorizer"];
}

const outcome = ({ status, body }: HttpAnswer): string => `${status} ${body}`;

describe("REQUEST authorizers", () => {
  test("are told of the request, and pass their context on", async () => {
    const given = createHttpApiFixture();
    const apiId = await guardedApi(given, request);
    const context = { key: "value", number: 1, list: ["a"] };
    given.answerWith(async (name) =>
      jsonResult(name === "guard" ? { isAuthorized: true, context } : { ok: true }),
    );
    const answer = await given.send(apiId, { ...order("t"), query: "a=1&a=2" });
    expect(answer.status).toBe(200);
    expect(contextOf(given)).toEqual({ lambda: context });
    const [event = {}] = given.events("guard");
    expect(event).toMatchObject({
      version: "2.0",
      type: "REQUEST",
      routeArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/$default/GET/orders/1`,
      identitySource: ["t"],
      routeKey: "GET /orders/{id}",
      rawPath: "/orders/1",
      rawQueryString: "a=1&a=2",
      queryStringParameters: { a: "1,2" },
      pathParameters: { id: "1" },
      requestContext: { apiId, stage: "$default", http: { method: "GET" } },
    });
    expect(event).not.toHaveProperty("body");
    expect(event).not.toHaveProperty("isBase64Encoded");
  });

  test("deny with 403, fail with 500, and are not asked without an identity", async () => {
    const given = createHttpApiFixture();
    const apiId = await guardedApi(given, { ...request, AuthorizerResultTtlInSeconds: 0 });
    const outcomeOf = async (result: unknown): Promise<string> => {
      given.answerWith(async () => jsonResult(result));
      return outcome(await given.send(apiId, order("t")));
    };
    expect(await outcomeOf({ isAuthorized: false })).toBe('403 {"message":"Forbidden"}');
    const internal = '500 {"message":"Internal Server Error"}';
    expect(await outcomeOf({ isAuthorized: "yes" })).toBe(internal);
    expect(await outcomeOf([])).toBe(internal);
    given.answerWith(async () => ({ ...jsonResult({ errorMessage: "x" }), FunctionError: "U" }));
    expect(outcome(await given.send(apiId, order("t")))).toBe(internal);
    given.answerWith(async () => ({
      ...jsonResult({ errorMessage: "Unauthorized" }),
      FunctionError: "Unhandled",
    }));
    expect(outcome(await given.send(apiId, order("t")))).toBe('401 {"message":"Unauthorized"}');
    given.answerWith(() => Promise.reject(new Error("no")));
    expect(outcome(await given.send(apiId, order("t")))).toBe(internal);
    const before = given.functionNames().length;
    expect(outcome(await given.send(apiId, order()))).toBe('401 {"message":"Unauthorized"}');
    expect(outcome(await given.send(apiId, order("")))).toBe('401 {"message":"Unauthorized"}');
    expect(given.functionNames().length).toBe(before);
    expect(given.functionNames()).not.toContain("orders");
  });

  test("an identity source that names nothing of a request is missing", async () => {
    const given = createHttpApiFixture();
    const sources = ["$request.header.constructor"];
    const apiId = await guardedApi(given, { ...request, IdentitySource: sources });
    expect((await given.send(apiId, order("t"))).status).toBe(401);
  });

  test("are not waited for longer than ten seconds", async () => {
    const given = createHttpApiFixture();
    const apiId = await guardedApi(given, request);
    given.answerWith(() => new Promise(() => {}));
    const pending = given.send(apiId, order("t"));
    await given.clock.advance(10_000);
    expect((await pending).status).toBe(500);
  });

  test("results are kept for their time, by identity, until the cache is reset", async () => {
    const given = createHttpApiFixture();
    const apiId = await guardedApi(given, { ...request, AuthorizerResultTtlInSeconds: 60 });
    given.answerWith(async (name) => jsonResult(name === "guard" ? { isAuthorized: true } : {}));
    const asked = async (authorization: string): Promise<number> => {
      await given.send(apiId, order(authorization));
      return given.events("guard").length;
    };
    expect(await asked("a")).toBe(1);
    expect(await asked("a")).toBe(1);
    expect(await asked("b")).toBe(2);
    await given.clock.advance(59_999);
    expect(await asked("a")).toBe(2);
    await given.clock.advance(1);
    expect(await asked("a")).toBe(3);
    await given.call("ResetAuthorizersCache", { ApiId: apiId, StageName: "$default" });
    expect(await asked("a")).toBe(4);
    expect(contextOf(given)).toEqual({ lambda: null });
  });

  test("a policy decides each route anew, though it is kept", async () => {
    const given = createHttpApiFixture();
    const apiId = await guardedApi(given, { ...request, EnableSimpleResponses: false });
    const Resource = `arn:aws:execute-api:*:*:${apiId}/*/GET/orders/1`;
    const policyDocument = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource }],
    };
    given.answerWith(async (name) =>
      jsonResult(name === "guard" ? { principalId: "me", policyDocument } : {}),
    );
    expect((await given.send(apiId, order("t"))).status).toBe(200);
    const other = await given.send(apiId, { ...order("t"), path: "/orders/2" });
    expect(outcome(other)).toBe('403 {"message":"Forbidden"}');
    expect(given.events("guard").length).toBe(1);
    given.answerWith(async () => jsonResult({ policyDocument: { Statement: [{}] } }));
    expect((await given.send(apiId, order("u"))).status).toBe(500);
    expect(given.logged()).toMatch(/Effect of a statement/);
  });

  test("format 1.0: event, policy, and context for a function of format 1.0", async () => {
    const given = createHttpApiFixture();
    const sources = ["$request.header.X-Key", "$request.querystring.q", "$context.routeKey"];
    const v1 = { AuthorizerPayloadFormatVersion: "1.0", EnableSimpleResponses: false };
    const authorizer = { ...request, ...v1, IdentitySource: sources };
    const apiId = await guardedApi(given, authorizer, {}, "1.0");
    const allow = { Effect: "Allow", Action: "*", Resource: "*" };
    given.answerWith(async (name) =>
      jsonResult(
        name === "guard"
          ? { principalId: "me", policyDocument: { Statement: allow }, context: { a: 1 } }
          : { statusCode: 200 },
      ),
    );
    const headers = { host: "h", "x-key": "k" };
    const answer = await given.send(apiId, { path: "/orders/1", query: "q=2", headers });
    expect(answer.status).toBe(200);
    const identity = "k,2,GET /orders/{id}";
    expect(given.events("guard")[0]).toMatchObject({
      version: "1.0",
      type: "REQUEST",
      methodArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/$default/GET/orders/1`,
      identitySource: identity,
      authorizationToken: identity,
      resource: "/orders/{id}",
      httpMethod: "GET",
      queryStringParameters: { q: "2" },
      pathParameters: { id: "1" },
    });
    expect(contextOf(given)).toEqual({ a: 1, principalId: "me" });
  });
});

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

function token(claims: object, key: KeyObject = privateKey): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "RS256", kid: "k1" })}.${part(claims)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
}

const jwt = {
  AuthorizerType: "JWT",
  IdentitySource: ["$request.header.Authorization"],
  JwtConfiguration: { Issuer: ISSUER, Audience: ["app"] },
};

function withIssuer(given: HttpApiFixture): void {
  given.http.script(({ url }) =>
    httpAnswer(
      200,
      JSON.stringify(
        url === `${ISSUER}/.well-known/openid-configuration`
          ? { jwks_uri: `${ISSUER}/keys` }
          : { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "k1" }] },
      ),
    ),
  );
}

const claims = {
  iss: ISSUER,
  aud: "app",
  exp: Date.UTC(2026, 0, 2) / 1000,
  scope: "read write",
  admin: true,
  "cognito:groups": ["a", "b"],
};

describe("JWT authorizers", () => {
  test("pass the claims on as texts, and the scopes where the route asks for one", async () => {
    const given = createHttpApiFixture();
    withIssuer(given);
    const apiId = await guardedApi(given, jwt);
    expect((await given.send(apiId, order(`Bearer ${token(claims)}`))).status).toBe(200);
    const texts = {
      ...claims,
      exp: String(claims.exp),
      admin: "true",
      "cognito:groups": "[a b]",
    };
    expect(contextOf(given)).toEqual({ jwt: { claims: texts, scopes: null } });
    const scoped = await guardedApi(given, jwt, { AuthorizationScopes: ["write", "all"] });
    expect((await given.send(scoped, order(token(claims)))).status).toBe(200);
    expect(contextOf(given)).toMatchObject({ jwt: { scopes: ["read", "write"] } });
  });

  test("say what is wrong with a token", async () => {
    const given = createHttpApiFixture();
    withIssuer(given);
    const apiId = await guardedApi(given, jwt);
    const challenge = async (authorization?: string): Promise<string | undefined> => {
      const answer = await given.send(apiId, order(authorization));
      expect(outcome(answer)).toBe('401 {"message":"Unauthorized"}');
      return answer.headers["www-authenticate"];
    };
    expect(await challenge()).toBe("Bearer");
    const invalid = (description: string): string =>
      `Bearer scope="" error="invalid_token" error_description="${description}"`;
    expect(await challenge("Bearer abc")).toBe(
      invalid("token contains an invalid number of segments"),
    );
    expect(await challenge(token({ ...claims, aud: "other" }))).toBe(
      invalid("the token does not have a valid audience"),
    );
    const forged = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    expect(await challenge(token(claims, forged))).toBe(invalid("crypto/rsa: verification error"));
    const valid = token(claims);
    await given.clock.advance(24 * 60 * 60 * 1000);
    expect(await challenge(valid)).toBe(invalid("the token has expired"));
    expect(given.functionNames()).toEqual([]);
  });

  test("a token without a scope of the route is forbidden", async () => {
    const given = createHttpApiFixture();
    withIssuer(given);
    const apiId = await guardedApi(given, jwt, { AuthorizationScopes: ["admin", "root"] });
    const answer = await given.send(apiId, order(token(claims)));
    expect(outcome(answer)).toBe('403 {"message":"Forbidden"}');
    expect(answer.headers["www-authenticate"]).toMatch(
      /^Bearer scope="admin root" error="insufficient_scope"/,
    );
  });

  test("an issuer that cannot be reached refuses every token, and the log says why", async () => {
    const given = createHttpApiFixture();
    given.http.script(() => ({ kind: "failure", reason: "connection", message: "ENOTFOUND" }));
    const apiId = await guardedApi(given, jwt);
    const answer = await given.send(apiId, order(token(claims)));
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toMatch(
      /"OIDC discovery endpoint communication error"/,
    );
    expect(given.logged()).toMatch(/ENOTFOUND/);
  });
});

test("AWS_IAM: asks for the form of a signature for execute-api, and says who signed", async () => {
  const given = createHttpApiFixture();
  const apiId = await emptyHttpApi(given);
  for (const [RouteKey, format] of [
    ["GET /two", "2.0"],
    ["GET /one", "1.0"],
  ] as const) {
    const Target = await functionTarget(given, apiId, format);
    await given.call("CreateRoute", {
      ApiId: apiId,
      RouteKey,
      AuthorizationType: "AWS_IAM",
      Target,
    });
  }
  given.answerWith(async () => jsonResult({ statusCode: 200 }));
  const signed = (service: string, region = "us-east-1", path = "/two") =>
    given.send(apiId, {
      path,
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=111122223333/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=abc`,
      },
    });
  expect(outcome(await given.send(apiId, { path: "/two" }))).toBe('403 {"message":"Forbidden"}');
  expect((await signed("lambda")).status).toBe(403);
  expect((await signed("execute-api", "eu-west-1")).status).toBe(403);
  expect((await signed("execute-api")).status).toBe(200);
  expect(contextOf(given)).toMatchObject({
    iam: {
      accessKey: "111122223333",
      accountId: "111122223333",
      userArn: "arn:aws:iam::111122223333:root",
    },
  });
  await signed("execute-api", "us-east-1", "/one");
  expect(given.events("orders").at(-1)?.["requestContext"]).toMatchObject({
    identity: { accountId: "111122223333", caller: "111122223333" },
  });
});

test("access logs: tell of claims, and of errors of authorizers", async () => {
  const given = createHttpApiFixture();
  withIssuer(given);
  const apiId = await guardedApi(given, jwt);
  await given.call("UpdateStage", {
    ApiId: apiId,
    StageName: "$default",
    AccessLogSettings: {
      DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:access",
      Format:
        "$context.status $context.authorizer.claims.cognito:groups/$context.authorizer.error $context.requestId",
    },
  });
  await given.send(apiId, order("x"));
  const { headers } = await given.send(apiId, order(token(claims)));
  await new Promise((settled) => setImmediate(settled));
  const lines = given.accessLines.map((line) => line.split(" ").slice(0, -1).join(" "));
  expect(lines).toEqual([
    "401 -/invalid_token: token contains an invalid number of segments",
    "200 [a b]/-",
  ]);
  expect(given.accessLines[1]).toContain(headers["apigw-requestid"]);
});
