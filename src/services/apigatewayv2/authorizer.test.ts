import { describe, expect, test } from "vitest";
import {
  API_FUNCTION,
  createHttpApiFixture,
  emptyHttpApi,
  functionTarget,
} from "../../testing/http-api-fixture.ts";

const jwt = {
  Name: "jwt",
  AuthorizerType: "JWT",
  IdentitySource: ["$request.header.Authorization"],
  JwtConfiguration: { Issuer: "https://id.example", Audience: ["app"] },
};
const request = {
  Name: "request",
  AuthorizerType: "REQUEST",
  AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${API_FUNCTION}/invocations`,
  AuthorizerPayloadFormatVersion: "2.0",
  IdentitySource: [] as string[],
};

describe("authorizers", () => {
  test("are made, shown, listed, changed and removed", async () => {
    const given = createHttpApiFixture();
    const { call } = given;
    const ApiId = await emptyHttpApi(given);
    const made = await call("CreateAuthorizer", { ApiId, ...request });
    expect(made).toEqual({
      ...request,
      AuthorizerId: expect.stringMatching(/^\w{7}$/),
      AuthorizerResultTtlInSeconds: 0,
    });
    const cached = { Name: "cached", IdentitySource: ["$request.header.a"] };
    const second = await call("CreateAuthorizer", { ApiId, ...request, ...cached });
    expect(second.AuthorizerResultTtlInSeconds).toBe(300);
    const third = await call("CreateAuthorizer", { ApiId, ...jwt });
    expect(third).toEqual({ ...jwt, AuthorizerId: expect.any(String) });
    const page = await call("GetAuthorizers", { ApiId, MaxResults: "2" });
    expect(page.Items?.length).toBe(2);
    const { NextToken } = page;
    expect((await call("GetAuthorizers", { ApiId, NextToken })).Items?.length).toBe(1);
    const AuthorizerId = made.AuthorizerId ?? "";
    const changed = { EnableSimpleResponses: true, Name: "renamed" };
    const updated = await call("UpdateAuthorizer", { ApiId, AuthorizerId, ...changed });
    expect(updated).toEqual({ ...made, ...changed });
    expect(await call("GetAuthorizer", { ApiId, AuthorizerId })).toEqual(updated);
    await call("DeleteAuthorizer", { ApiId, AuthorizerId });
    await expect(call("GetAuthorizer", { ApiId, AuthorizerId })).rejects.toThrow(
      `Invalid Authorizer identifier specified ${AuthorizerId}`,
    );
  });

  test.each([
    [{ ...request, AuthorizerUri: "arn:aws:s3:::x" }, "Invalid Authorizer URI: arn:aws:s3:::x"],
    [{ ...request, AuthorizerPayloadFormatVersion: undefined }, "is a required parameter"],
    [{ ...request, AuthorizerPayloadFormatVersion: "3.0" }, "3.0"],
    [
      { ...request, AuthorizerPayloadFormatVersion: "1.0", EnableSimpleResponses: true },
      "EnableSimpleResponses",
    ],
    [{ ...request, AuthorizerResultTtlInSeconds: 60 }, "IdentitySource is required"],
    [{ ...request, IdentitySource: ["$request.body"] }, "$request.body"],
    [{ ...request, IdentitySource: ["Authorization"] }, "Invalid mapping expression"],
    [{ ...request, JwtConfiguration: jwt.JwtConfiguration }, "JwtConfiguration"],
    [{ ...request, IdentityValidationExpression: "a" }, "IdentityValidationExpression"],
    [{ ...jwt, IdentitySource: [] }, "exactly one IdentitySource"],
    [{ ...jwt, JwtConfiguration: { Issuer: "https://a" } }, "Audience"],
    [
      { ...jwt, JwtConfiguration: { Issuer: "http://id.example", Audience: ["a"] } },
      "Invalid issuer: http://id.example. Issuer must have a valid discovery endpoint",
    ],
    [{ ...jwt, AuthorizerUri: request.AuthorizerUri }, "AuthorizerUri"],
  ])("CreateAuthorizer: refuses %j", async (input, message) => {
    const given = createHttpApiFixture();
    const ApiId = await emptyHttpApi(given);
    await expect(given.call("CreateAuthorizer", { ApiId, ...input })).rejects.toThrow(message);
  });
});

describe("routes", () => {
  test("rely on an authorizer of the right type, which then stays", async () => {
    const given = createHttpApiFixture();
    const { call } = given;
    const ApiId = await emptyHttpApi(given);
    const { AuthorizerId = "" } = await call("CreateAuthorizer", { ApiId, ...request });
    const { AuthorizerId: jwtId = "" } = await call("CreateAuthorizer", { ApiId, ...jwt });
    const route = { ApiId, RouteKey: "GET /a", Target: await functionTarget(given, ApiId) };
    const attempt = (members: object) => call("CreateRoute", { ...route, ...members });
    await expect(attempt({ AuthorizationType: "JWT", AuthorizerId })).rejects.toThrow(
      "Invalid authorizer ID specified. Setting the authorization type to JWT requires a valid JWT authorizer.",
    );
    await expect(attempt({ AuthorizationType: "CUSTOM" })).rejects.toThrow(
      "Setting the authorization type to CUSTOM requires a valid authorizer.",
    );
    const AuthorizationScopes = ["a"];
    await expect(
      attempt({ AuthorizationType: "CUSTOM", AuthorizerId, AuthorizationScopes }),
    ).rejects.toThrow("Authorization Scopes are only valid for COGNITO_USER_POOLS and JWT");
    const { RouteId = "" } = await attempt({ AuthorizationType: "CUSTOM", AuthorizerId });
    await expect(call("DeleteAuthorizer", { ApiId, AuthorizerId })).rejects.toThrow(RouteId);
    const toJwt = { AuthorizationType: "JWT", AuthorizerId: jwtId, AuthorizationScopes };
    expect(await call("UpdateRoute", { ApiId, RouteId, ...toJwt })).toMatchObject(toJwt);
    await call("DeleteAuthorizer", { ApiId, AuthorizerId });
    const open = await call("UpdateRoute", { ApiId, RouteId, AuthorizationType: "NONE" });
    expect(open).not.toHaveProperty("AuthorizerId");
    expect(open).not.toHaveProperty("AuthorizationScopes");
    await call("DeleteAuthorizer", { ApiId, AuthorizerId: jwtId });
    expect((await given.send(ApiId, { path: "/a" })).status).toBe(200);
  });

  test("serve the authorizer that was deployed with them", async () => {
    const given = createHttpApiFixture();
    const { call } = given;
    const { ApiId = "" } = await call("CreateApi", { Name: "a", ProtocolType: "HTTP" });
    const Target = await functionTarget(given, ApiId);
    const { RouteId = "" } = await call("CreateRoute", { ApiId, RouteKey: "GET /", Target });
    const { DeploymentId } = await call("CreateDeployment", { ApiId });
    await call("CreateStage", { ApiId, StageName: "$default", DeploymentId });
    await call("UpdateRoute", { ApiId, RouteId, AuthorizationType: "AWS_IAM" });
    expect((await given.send(ApiId)).status).toBe(200);
    await call("CreateDeployment", { ApiId, StageName: "$default" });
    expect((await given.send(ApiId)).status).toBe(403);
  });
});

const integration = {
  "x-amazon-apigateway-integration": {
    type: "aws_proxy",
    uri: request.AuthorizerUri,
    payloadFormatVersion: "2.0",
  },
};

function definition(changes: object = {}): string {
  return JSON.stringify({
    openapi: "3.0.1",
    info: { title: "api", version: "1" },
    components: {
      securitySchemes: {
        Jwt: {
          type: "oauth2",
          "x-amazon-apigateway-authorizer": {
            type: "jwt",
            jwtConfiguration: { issuer: "https://id.example", audience: ["app"] },
            identitySource: "$request.header.Authorization",
          },
        },
        OpenId: {
          type: "openIdConnect",
          openIdConnectUrl: "https://open.example/a/.well-known/openid-configuration",
          "x-amazon-apigateway-authorizer": {
            type: "jwt",
            jwtConfiguration: { audience: "one" },
            identitySource: "$request.querystring.token",
          },
        },
        Request: {
          type: "apiKey",
          "x-amazon-apigateway-authorizer": {
            type: "request",
            authorizerUri: request.AuthorizerUri,
            authorizerPayloadFormatVersion: "2.0",
            authorizerResultTtlInSeconds: 60,
            enableSimpleResponses: true,
            identitySource: "$request.header.a, $request.header.b",
          },
        },
        Iam: { type: "apiKey", "x-amazon-apigateway-authtype": "awsSigv4" },
        Documented: { type: "http", scheme: "basic" },
      },
    },
    security: [{ Request: [] }],
    paths: {
      "/default": { get: integration },
      "/open": { get: { ...integration, security: [] } },
      "/none": { get: { ...integration, security: [{ NONE: [] }, { Documented: [] }] } },
      "/jwt": { get: { ...integration, security: [{ Jwt: ["read"] }] } },
      "/iam": { get: { ...integration, security: [{ Iam: [] }] } },
    },
    ...changes,
  });
}

test("import: authorizers from security schemes, by the requirements of each operation", async () => {
  const given = createHttpApiFixture();
  const { call } = given;
  const { ApiId = "" } = await call("ImportApi", { Body: definition() });
  const { Items: authorizers = [] } = await call("GetAuthorizers", { ApiId });
  const named = (name: string) => authorizers.find(({ Name }) => Name === name);
  expect(authorizers.length).toBe(3);
  expect(named("Jwt")).toMatchObject({
    AuthorizerType: "JWT",
    JwtConfiguration: jwt.JwtConfiguration,
  });
  expect(named("OpenId")?.JwtConfiguration).toEqual({
    Issuer: "https://open.example/a",
    Audience: ["one"],
  });
  expect(named("Request")).toMatchObject({
    AuthorizerType: "REQUEST",
    AuthorizerResultTtlInSeconds: 60,
    EnableSimpleResponses: true,
    IdentitySource: ["$request.header.a", "$request.header.b"],
  });
  const routes = async (): Promise<unknown> => {
    const { Items = [] } = await call("GetRoutes", { ApiId });
    return Object.fromEntries(
      Items.map((route) => [
        route.RouteKey?.slice(5),
        [route.AuthorizationType, route.AuthorizerId, route.AuthorizationScopes],
      ]),
    );
  };
  expect(await routes()).toEqual({
    default: ["CUSTOM", named("Request")?.AuthorizerId, undefined],
    open: ["NONE", undefined, undefined],
    none: ["NONE", undefined, undefined],
    jwt: ["JWT", named("Jwt")?.AuthorizerId, ["read"]],
    iam: ["AWS_IAM", undefined, undefined],
  });
  await call("ReimportApi", {
    ApiId,
    Body: definition({ paths: { "/default": { get: integration } } }),
  });
  expect(await routes()).toEqual({
    default: ["CUSTOM", named("Request")?.AuthorizerId, undefined],
  });
});
