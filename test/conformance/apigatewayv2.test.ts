import {
  ApiGatewayV2Client,
  BadRequestException,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  GetApisCommand,
  GetRoutesCommand,
  NotFoundException,
  UpdateApiCommand,
} from "@aws-sdk/client-apigatewayv2";
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { ACCOUNT, REGION, startEngine, zipOf } from "./engine.ts";

const engine = await startEngine();
const apis = new ApiGatewayV2Client(engine.config);
const lambda = new LambdaClient(engine.config);

const SOURCE = `
export const handler = async (event) => ({
  statusCode: 201,
  headers: { "x-route": event.routeKey },
  cookies: ["a=1", "b=2"],
  body: JSON.stringify({ path: event.pathParameters, query: event.queryStringParameters,
    body: event.body, base64: event.isBase64Encoded }),
});`;

/** An API with one route to one function, and the function's leave. */
async function createHttpApi(name: string) {
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: "nodejs20.x",
      Role: `arn:aws:iam::${ACCOUNT}:role/any`,
      Handler: "index.handler",
      Code: { ZipFile: await zipOf("index.mjs", SOURCE) },
    }),
  );
  const { ApiId } = await apis.send(
    new CreateApiCommand({
      Name: name,
      ProtocolType: "HTTP",
      CorsConfiguration: { AllowOrigins: ["https://shop.example"], AllowMethods: ["POST"] },
    }),
  );
  const { IntegrationId } = await apis.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: "AWS_PROXY",
      IntegrationUri: FunctionArn,
      PayloadFormatVersion: "2.0",
    }),
  );
  await apis.send(
    new CreateRouteCommand({
      ApiId,
      RouteKey: "ANY /orders/{id}",
      Target: `integrations/${IntegrationId}`,
    }),
  );
  await apis.send(new CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true }));
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: name,
      StatementId: "api",
      Action: "lambda:InvokeFunction",
      Principal: "apigateway.amazonaws.com",
      SourceArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:${ApiId}/*`,
    }),
  );
  return `${ApiId}`;
}

test("HTTP APIs: route requests to a function and answer as it says", async () => {
  const apiId = await createHttpApi("orders");
  const url = `${engine.endpoint}/_api/${apiId}/orders/7%2F8?x=1&x=2`;
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", origin: "https://shop.example" },
    body: '{"a":1}',
  });
  expect(response.status).toBe(201);
  expect(response.headers.get("x-route")).toBe("ANY /orders/{id}");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(response.headers.get("access-control-allow-origin")).toBe("https://shop.example");
  expect(await response.json()).toEqual({
    path: { id: "7/8" },
    query: { x: "1,2" },
    body: '{"a":1}',
    base64: false,
  });
  const preflight = await fetch(url, {
    method: "OPTIONS",
    headers: { origin: "https://shop.example", "access-control-request-method": "POST" },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-methods")).toBe("POST");
  const missing = await fetch(`${engine.endpoint}/_api/${apiId}/elsewhere`);
  expect(missing.status).toBe(404);
  expect(await missing.json()).toEqual({ message: "Not Found" });
  await apis.send(new DeleteApiCommand({ ApiId: apiId }));
  expect((await fetch(url)).status).toBe(404);
});

test("APIs and routes: are listed in pages and updated", async () => {
  const created = await Promise.all(
    ["one", "two", "three"].map((Name) =>
      apis.send(new CreateApiCommand({ Name, ProtocolType: "HTTP" })),
    ),
  );
  const first = await apis.send(new GetApisCommand({ MaxResults: "2" }));
  const second = await apis.send(
    new GetApisCommand({ MaxResults: "2", NextToken: first.NextToken }),
  );
  expect([first, second].flatMap(({ Items = [] }) => Items.map(({ Name }) => Name)).sort()).toEqual(
    ["one", "three", "two"],
  );
  const ApiId = created[0]?.ApiId;
  await apis.send(new CreateRouteCommand({ ApiId, RouteKey: "GET /" }));
  const { Items } = await apis.send(new GetRoutesCommand({ ApiId }));
  expect(Items).toMatchObject([{ RouteKey: "GET /", AuthorizationType: "NONE" }]);
  const updated = await apis.send(new UpdateApiCommand({ ApiId, Name: "renamed" }));
  expect(updated).toMatchObject({ Name: "renamed", ProtocolType: "HTTP" });
  expect(updated.CreatedDate).toBeInstanceOf(Date);
});

test("errors: are the classes of the SDK", async () => {
  const create = (ApiId: string | undefined, RouteKey: string) =>
    apis.send(new CreateRouteCommand({ ApiId, RouteKey }));
  await expect(create("missing", "GET /")).rejects.toThrow(NotFoundException);
  const { ApiId } = await apis.send(new CreateApiCommand({ Name: "e", ProtocolType: "HTTP" }));
  await expect(create(ApiId, "not a route")).rejects.toThrow(BadRequestException);
});
