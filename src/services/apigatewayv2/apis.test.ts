import { describe, expect, test } from "vitest";
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import { createMemoryLog } from "../../platform/log.ts";
import { createScriptedHttp } from "../../testing/scripted-http.ts";
import { type ServiceCaller, serviceCaller } from "../../testing/service-harness.ts";
import { createTestStore } from "../../testing/test-store.ts";
import { createApiGatewayV2 } from "./service.ts";

const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:orders";

function bench(): ServiceCaller<"apigatewayv2"> {
  const testStore = createTestStore();
  const dispatcher = {} as Dispatcher;
  const http = createScriptedHttp();
  const ports = { ...testStore, log: createMemoryLog(), dispatcher, http };
  return serviceCaller(createApiGatewayV2(ports).service, testStore.clock);
}

async function emptyApi(call: ServiceCaller<"apigatewayv2">): Promise<string> {
  const { ApiId = "" } = await call("CreateApi", { Name: "api", ProtocolType: "HTTP" });
  return ApiId;
}

function refusal(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => "accepted",
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  );
}

const proxy = {
  IntegrationType: "AWS_PROXY",
  IntegrationUri: FUNCTION,
  PayloadFormatVersion: "2.0",
};

describe("APIs", () => {
  test("are created, changed, listed and deleted", async () => {
    const call = bench();
    const created = await call(
      "CreateApi",
      { Name: "one", ProtocolType: "HTTP", Tags: { a: "1" } },
      { endpoint: "http://127.0.0.1:4999" },
    );
    const { ApiId = "" } = created;
    expect(created).toMatchObject({
      ApiEndpoint: `http://${ApiId}.execute-api.localhost:4999`,
      Name: "one",
      ProtocolType: "HTTP",
      RouteSelectionExpression: "$request.method $request.path",
      CreatedDate: new Date(Date.UTC(2026, 0, 1)),
    });
    expect(ApiId).toMatch(/^[a-z0-9]{10}$/);
    await call("UpdateApi", { ApiId, Description: "first" });
    expect(await call("GetApi", { ApiId })).toMatchObject({ Name: "one", Description: "first" });
    await emptyApi(call);
    await call("CreateApi", { Name: "x", ProtocolType: "HTTP" }, { region: "eu-west-1" });
    const first = await call("GetApis", { MaxResults: "1" });
    const rest = await call("GetApis", { NextToken: first.NextToken });
    expect([first.Items?.length, rest.Items?.length, rest.NextToken]).toEqual([1, 1, undefined]);
    await call("DeleteApi", { ApiId });
    expect(await refusal(call("GetApi", { ApiId }))).toBe(
      `NotFoundException: Invalid API identifier specified 000000000000:${ApiId}`,
    );
    expect((await call("GetApis", {})).Items).toHaveLength(1);
  });

  test("of another account or region are not there", async () => {
    const call = bench();
    const ApiId = await emptyApi(call);
    for (const ctx of [{ accountId: "111111111111" }, { region: "eu-west-1" }]) {
      expect(await refusal(call("GetApi", { ApiId }, ctx))).toMatch("NotFoundException");
    }
  });

  test("quick create makes integration, route and stage", async () => {
    const call = bench();
    const { ApiId = "" } = await call("CreateApi", {
      Name: "quick",
      ProtocolType: "HTTP",
      Target: FUNCTION,
      RouteKey: "GET /a",
    });
    const [route] = (await call("GetRoutes", { ApiId })).Items ?? [];
    expect(route).toMatchObject({ RouteKey: "GET /a", ApiGatewayManaged: true });
    expect((await call("GetStages", { ApiId })).Items).toMatchObject([
      { StageName: "$default", AutoDeploy: true, ApiGatewayManaged: true },
    ]);
    await call("UpdateApi", { ApiId, RouteKey: "GET /b", Target: `${FUNCTION}2` });
    expect((await call("GetRoutes", { ApiId })).Items).toMatchObject([{ RouteKey: "GET /b" }]);
    expect((await call("GetIntegrations", { ApiId })).Items).toMatchObject([
      { IntegrationUri: `${FUNCTION}2` },
    ]);
  });

  test("refuse by name what does not exist here", async () => {
    const call = bench();
    const ApiId = await emptyApi(call);
    const name = { Name: "x" };
    expect(await refusal(call("CreateApi", { ...name, ProtocolType: "WEBSOCKET" }))).toMatch(
      "the protocol WEBSOCKET of CreateApi",
    );
    expect(await refusal(call("CreateIntegration", { ApiId, IntegrationType: "MOCK" }))).toMatch(
      "the integration type MOCK",
    );
    expect(
      await refusal(
        call("CreateIntegration", { ApiId, ...proxy, TlsConfig: { ServerNameToVerify: "a" } }),
      ),
    ).toMatch("TlsConfig of CreateIntegration");
    expect(
      await refusal(call("CreateRoute", { ApiId, RouteKey: "GET /a", ApiKeyRequired: true })),
    ).toMatch("ApiKeyRequired");
    const stage = (AccessLogSettings: object): Promise<unknown> =>
      refusal(call("CreateStage", { ApiId, StageName: "a", AccessLogSettings }));
    const DestinationArn = "arn:aws:firehose:us-east-1:000000000000:deliverystream/x";
    expect(await stage({ DestinationArn, Format: "$context.requestId" })).toMatch(
      "access logs to Firehose of CreateStage",
    );
    expect(await stage({ DestinationArn: "x", Format: "$context.requestId" })).toMatch("ARN");
  });
});

describe("parts", () => {
  test("routes: keys are well formed and unique, targets exist", async () => {
    const call = bench();
    const ApiId = await emptyApi(call);
    const { IntegrationId = "" } = await call("CreateIntegration", { ApiId, ...proxy });
    const Target = `integrations/${IntegrationId}`;
    const { RouteId = "" } = await call("CreateRoute", { ApiId, RouteKey: "GET /a", Target });
    expect(await refusal(call("CreateRoute", { ApiId, RouteKey: "GET /a" }))).toBe(
      "ConflictException: Route with key GET /a already exists for this API",
    );
    expect(await refusal(call("CreateRoute", { ApiId, RouteKey: "get /b" }))).toMatch(
      'Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"',
    );
    expect(
      await refusal(call("CreateRoute", { ApiId, RouteKey: "GET /b", Target: "integrations/x" })),
    ).toMatch("Invalid route target specified");
    await call("UpdateRoute", { ApiId, RouteId, RouteKey: "GET /c" });
    expect(await call("GetRoute", { ApiId, RouteId })).toEqual({
      ApiKeyRequired: false,
      AuthorizationType: "NONE",
      RouteId,
      RouteKey: "GET /c",
      Target,
    });
    expect(await refusal(call("DeleteIntegration", { ApiId, IntegrationId }))).toMatch("Conflict");
    await call("DeleteRoute", { ApiId, RouteId });
    await call("DeleteIntegration", { ApiId, IntegrationId });
    expect(await refusal(call("GetRoute", { ApiId, RouteId }))).toMatch("Route identifier");
    expect(await refusal(call("GetIntegration", { ApiId, IntegrationId }))).toMatch("Integration");
  });

  test("integrations: name a function and a payload format", async () => {
    const call = bench();
    const ApiId = await emptyApi(call);
    const create = (members: object): Promise<unknown> =>
      refusal(call("CreateIntegration", { ApiId, ...proxy, ...members }));
    const { IntegrationId = "" } = await call("CreateIntegration", {
      ApiId,
      ...proxy,
      PassthroughBehavior: "WHEN_NO_MATCH",
    });
    expect(await call("GetIntegration", { ApiId, IntegrationId })).toEqual({
      ...proxy,
      ConnectionType: "INTERNET",
      IntegrationId,
      IntegrationMethod: "POST",
      TimeoutInMillis: 30_000,
    });
    expect(await create({ PayloadFormatVersion: undefined })).toBe(
      "BadRequestException: PayloadFormatVersion is a required parameter for LAMBDA integration",
    );
    expect(await create({ IntegrationUri: "arn:aws:sqs:us-east-1:0:q" })).toMatch(
      "Invalid Lambda function ARN",
    );
    expect(await create({ IntegrationUri: `\${stageVariables.fn}` })).toBe("accepted");
  });

  test("stages and deployments: hold on to each other", async () => {
    const call = bench();
    const ApiId = await emptyApi(call);
    expect(await refusal(call("CreateDeployment", { ApiId }))).toMatch("At least one route");
    await call("CreateRoute", { ApiId, RouteKey: "GET /a" });
    const { DeploymentId = "" } = await call("CreateDeployment", { ApiId, Description: "one" });
    await call("CreateStage", { ApiId, StageName: "prod", DeploymentId });
    expect(await refusal(call("CreateStage", { ApiId, StageName: "prod" }))).toBe(
      "ConflictException: Stage already exists",
    );
    expect(await refusal(call("CreateStage", { ApiId, StageName: "a b" }))).toMatch("Stage name");
    expect(await refusal(call("DeleteDeployment", { ApiId, DeploymentId }))).toMatch(
      "Active stages pointing to this deployment must be moved or deleted",
    );
    await call("UpdateStage", { ApiId, StageName: "prod", AutoDeploy: true });
    const stage = await call("GetStage", { ApiId, StageName: "prod" });
    expect(stage.DeploymentId).not.toBe(DeploymentId);
    expect(stage.LastDeploymentStatusMessage).toBe(
      `Successfully deployed stage with deployment ID '${stage.DeploymentId}'`,
    );
    await call("CreateRoute", { ApiId, RouteKey: "GET /b" });
    await call("DeleteDeployment", { ApiId, DeploymentId });
    const left = (await call("GetDeployments", { ApiId })).Items ?? [];
    expect(left.map(({ AutoDeployed }) => AutoDeployed)).toEqual([true]);
    await call("DeleteStage", { ApiId, StageName: "prod" });
    expect((await call("GetDeployments", { ApiId })).Items).toEqual([]);
  });

  test("tags: of APIs and stages", async () => {
    const call = bench();
    const ApiId = await emptyApi(call);
    await call("CreateStage", { ApiId, StageName: "dev", Tags: { a: "1" } });
    const ResourceArn = `arn:aws:apigateway:us-east-1::/apis/${ApiId}/stages/dev`;
    await call("TagResource", { ResourceArn, Tags: { b: "2" } });
    await call("UntagResource", { ResourceArn, TagKeys: ["a"] });
    expect((await call("GetTags", { ResourceArn })).Tags).toEqual({ b: "2" });
    expect((await call("GetStage", { ApiId, StageName: "dev" })).Tags).toEqual({ b: "2" });
    expect(
      (await call("GetTags", { ResourceArn: ResourceArn.replace("/stages/dev", "") })).Tags,
    ).toEqual({});
  });
});

describe("OpenAPI", () => {
  const integration = (name: string): object => ({
    "x-amazon-apigateway-integration": {
      type: "aws_proxy",
      httpMethod: "POST",
      payloadFormatVersion: "2.0",
      uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION}-${name}/invocations`,
    },
    responses: {},
  });
  /** As the SAM transform writes it. */
  const body = (paths: object, more: object = {}): string =>
    JSON.stringify({
      openapi: "3.0.1",
      info: { title: "orders", version: "1.0" },
      tags: [{ name: "httpapi:createdBy", "x-amazon-apigateway-tag-value": "SAM" }],
      paths,
      ...more,
    });

  test("import makes the API with its routes; reimport replaces them", async () => {
    const call = bench();
    const cors = { allowOrigins: ["https://a"], allowMethods: ["GET"], maxAge: 5 };
    const { ApiId = "" } = await call("ImportApi", {
      Body: body(
        {
          "/orders": {
            post: { ...integration("a"), operationId: "create" },
            get: integration("a"),
          },
          $default: {
            "x-amazon-apigateway-any-method": { ...integration("b"), isDefaultRoute: true },
          },
          "/{proxy+}": { "x-amazon-apigateway-any-method": integration("b") },
        },
        { "x-amazon-apigateway-cors": cors },
      ),
    });
    expect(await call("GetApi", { ApiId })).toMatchObject({
      Name: "orders",
      Version: "1.0",
      Tags: { "httpapi:createdBy": "SAM" },
      CorsConfiguration: { AllowOrigins: ["https://a"], AllowMethods: ["GET"], MaxAge: 5 },
    });
    const keys = async (): Promise<unknown> =>
      (await call("GetRoutes", { ApiId })).Items?.map(({ RouteKey }) => RouteKey).sort();
    expect(await keys()).toEqual(["$default", "ANY /{proxy+}", "GET /orders", "POST /orders"]);
    expect((await call("GetIntegrations", { ApiId })).Items).toHaveLength(2);
    await call("CreateStage", { ApiId, StageName: "$default", AutoDeploy: true });
    const before = await call("GetStage", { ApiId, StageName: "$default" });
    await call("ReimportApi", { ApiId, Body: body({ "/new": { get: integration("c") } }) });
    expect(await keys()).toEqual(["GET /new"]);
    expect((await call("GetApi", { ApiId })).CorsConfiguration).toBeUndefined();
    const after = await call("GetStage", { ApiId, StageName: "$default" });
    expect(after.DeploymentId).not.toBe(before.DeploymentId);
  });

  test("import reads YAML and references", async () => {
    const call = bench();
    const { ApiId = "" } = await call("ImportApi", {
      Body: [
        "openapi: 3.0.1",
        "info: {title: yaml, version: '1'}",
        "paths:",
        "  /a:",
        "    get:",
        "      x-amazon-apigateway-integration:",
        "        $ref: '#/components/x-amazon-apigateway-integrations/one'",
        "components:",
        "  x-amazon-apigateway-integrations:",
        `    one: {type: AWS_PROXY, payloadFormatVersion: '1.0', uri: '${FUNCTION}'}`,
      ].join("\n"),
    });
    expect((await call("GetIntegrations", { ApiId })).Items).toMatchObject([
      { PayloadFormatVersion: "1.0", IntegrationUri: FUNCTION },
    ]);
  });

  test("import refuses what it cannot read, or does not have", async () => {
    const call = bench();
    const attempt = (Body: string): Promise<unknown> => refusal(call("ImportApi", { Body }));
    expect(await attempt("{")).toBe("BadRequestException: Invalid OpenAPI input.");
    expect(await attempt('{"swagger":"2.0"}')).toMatch("BadRequestException");
    expect((await call("GetApis", {})).Items).toEqual([]);
  });
});

test("ids of any length: are not found, and break nothing", async () => {
  const call = bench();
  const ApiId = await emptyApi(call);
  const long = "x".repeat(10_000);
  const attempts = [
    call("GetApi", { ApiId: long }),
    call("GetRoute", { ApiId, RouteId: long }),
    call("GetIntegration", { ApiId, IntegrationId: long }),
    call("GetStage", { ApiId, StageName: long }),
    call("GetDeployment", { ApiId, DeploymentId: long }),
  ];
  for (const attempt of attempts) {
    expect(await refusal(attempt)).toMatch(/^NotFoundException/);
  }
  expect(await refusal(call("GetRoutes", { ApiId, NextToken: long }))).toMatch("nextToken");
});
