/** Authorizers and endpoints of HTTP APIs with AWS's client, a real issuer and real functions. */
import { generateKeyPairSync, sign } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import {
  ApiGatewayV2Client,
  ConflictException,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  DeleteAuthorizerCommand,
  GetAuthorizersCommand,
} from "@aws-sdk/client-apigatewayv2";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, expect, test } from "vitest";
import { ACCOUNT, startEngine, zipOf } from "./engine.ts";

const engine = await startEngine();
const apis = new ApiGatewayV2Client(engine.config);
const lambda = new LambdaClient(engine.config);

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function token(claims: object): string {
  const signed = `${part({ alg: "RS256", kid: "k" })}.${part(claims)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
}

/** A server for this file, on a port of its own; gives its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  afterAll(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function functionArn(name: string, source: string): Promise<string> {
  const { FunctionArn = "" } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: "nodejs20.x",
      Role: `arn:aws:iam::${ACCOUNT}:role/any`,
      Handler: "index.handler",
      Code: {
        ZipFile: await zipOf("index.mjs", `export const handler = async (event) => (${source});`),
      },
    }),
  );
  return FunctionArn;
}

/** An API, and the target of a function that answers what it was told of its caller. */
async function createApi(
  name: string,
): Promise<{ readonly ApiId: string; readonly Target: string }> {
  const { ApiId = "" } = await apis.send(
    new CreateApiCommand({
      Name: name,
      ProtocolType: "HTTP",
      Target: await functionArn(name, "event.requestContext.authorizer ?? {}"),
    }),
  );
  const { IntegrationId } = await apis.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: "AWS_PROXY",
      IntegrationUri: `arn:aws:lambda:${engine.config.region}:${ACCOUNT}:function:${name}`,
      PayloadFormatVersion: "2.0",
    }),
  );
  return { ApiId, Target: `integrations/${IntegrationId}` };
}

function get(apiId: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${engine.endpoint}/_api/${apiId}${path}`, { headers });
}

test("JWT: tokens of a real issuer", async () => {
  const { ApiId, Target } = await createApi("tokens");
  const asked: string[] = [];
  const issuer = await serve((request, response) => {
    asked.push(request.url ?? "");
    const keys = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "k" }] };
    const isKeys = request.url === "/keys";
    response.end(JSON.stringify(isKeys ? keys : { issuer, jwks_uri: `${issuer}/keys` }));
  });
  const { AuthorizerId } = await apis.send(
    new CreateAuthorizerCommand({
      ApiId,
      Name: "jwt",
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: issuer, Audience: ["app"] },
    }),
  );
  await apis.send(
    new CreateRouteCommand({
      ApiId,
      RouteKey: "GET /mine",
      Target,
      AuthorizationType: "JWT",
      AuthorizerId,
      AuthorizationScopes: ["read"],
    }),
  );
  const claims = { iss: issuer, client_id: "app", exp: 4102444800, scope: "read" };
  const bearer = (given: object) => ({ authorization: `Bearer ${token(given)}` });
  const answer = await get(ApiId, "/mine", bearer(claims));
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { jwt: { claims: { ...claims, exp: "4102444800" }, scopes: ["read"] } },
  ]);
  expect((await get(ApiId, "/mine", bearer({ ...claims, scope: "x" }))).status).toBe(403);
  const refused = await get(ApiId, "/mine", bearer({ ...claims, exp: 1 }));
  expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
    401,
    'Bearer scope="read" error="invalid_token" error_description="the token has expired"',
  ]);
  expect(asked).toEqual(["/.well-known/openid-configuration", "/keys"]);
  expect((await get(ApiId, "/")).status).toBe(200);
});

test("CUSTOM: a function decides, and is asked once for a key", async () => {
  const { ApiId, Target } = await createApi("guarded");
  const AuthorizerUri = await functionArn(
    "guard",
    '{ isAuthorized: event.identitySource[0] === "open", context: { asked: event.requestContext.requestId } }',
  );
  const { AuthorizerId } = await apis.send(
    new CreateAuthorizerCommand({
      ApiId,
      Name: "guard",
      AuthorizerType: "REQUEST",
      AuthorizerUri,
      AuthorizerPayloadFormatVersion: "2.0",
      EnableSimpleResponses: true,
      IdentitySource: ["$request.header.X-Key"],
    }),
  );
  await apis.send(
    new CreateRouteCommand({
      ApiId,
      RouteKey: "GET /mine",
      Target,
      AuthorizationType: "CUSTOM",
      AuthorizerId,
    }),
  );
  expect((await get(ApiId, "/mine")).status).toBe(401);
  expect((await get(ApiId, "/mine", { "x-key": "shut" })).status).toBe(403);
  const first = await (await get(ApiId, "/mine", { "x-key": "open" })).json();
  expect(first).toEqual({ lambda: { asked: expect.any(String) } });
  expect(await (await get(ApiId, "/mine", { "x-key": "open" })).json()).toEqual(first);
  const { Items } = await apis.send(new GetAuthorizersCommand({ ApiId }));
  expect(Items?.map(({ AuthorizerResultTtlInSeconds }) => AuthorizerResultTtlInSeconds)).toEqual([
    300,
  ]);
  await expect(
    apis.send(new DeleteAuthorizerCommand({ ApiId, AuthorizerId })),
  ).rejects.toBeInstanceOf(ConflictException);
});

test("HTTP_PROXY: an endpoint gets the request, and the client its cookies", async () => {
  const backend = await serve((request, response) => {
    response.setHeader("set-cookie", ["a=1", "b=2"]);
    response.end(`${request.method} ${request.url} ${request.headers["x-stage"]}`);
  });
  const { ApiId = "" } = await apis.send(
    new CreateApiCommand({ Name: "proxy", ProtocolType: "HTTP", Target: `${backend}/home` }),
  );
  const { IntegrationId } = await apis.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: "HTTP_PROXY",
      IntegrationMethod: "ANY",
      IntegrationUri: `${backend}/v1/{proxy}`,
      PayloadFormatVersion: "1.0",
      RequestParameters: { "overwrite:header.x-stage": "$context.stage" },
    }),
  );
  await apis.send(
    new CreateRouteCommand({
      ApiId,
      RouteKey: "ANY /{proxy+}",
      Target: `integrations/${IntegrationId}`,
    }),
  );
  const answer = await get(ApiId, "/a/b%20c?x=1");
  expect(await answer.text()).toBe("GET /v1/a/b%20c?x=1 $default");
  expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(await (await get(ApiId, "")).text()).toBe("GET /home undefined");
});
