import { describe, expect, test } from "vitest";
import { utf8Encode } from "../../base/bytes.ts";
import {
  createRestApiFixture,
  functionUri,
  type RestApiFixture,
} from "../../testing/rest-api-fixture.ts";

function refusal(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => "accepted",
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  );
}

async function emptyApi({ call }: RestApiFixture) {
  const { id: restApiId = "", rootResourceId = "" } = await call("CreateRestApi", { name: "api" });
  return { restApiId, rootResourceId };
}

async function withMethod(fixture: RestApiFixture) {
  const { restApiId, rootResourceId: resourceId } = await emptyApi(fixture);
  const place = { restApiId, resourceId, httpMethod: "GET" };
  await fixture.call("PutMethod", { ...place, authorizationType: "NONE" });
  await fixture.call("PutIntegration", {
    ...place,
    type: "AWS_PROXY",
    integrationHttpMethod: "POST",
    uri: functionUri("f"),
  });
  return place;
}

describe("APIs", () => {
  test("are created, changed by patches, listed and deleted", async () => {
    const fixture = createRestApiFixture();
    const { call } = fixture;
    const made = await call("CreateRestApi", { name: "one", tags: { a: "1" } });
    const restApiId = made.id ?? "";
    expect(made).toMatchObject({
      name: "one",
      apiKeySource: "HEADER",
      endpointConfiguration: { types: ["EDGE"] },
      createdDate: new Date(Date.UTC(2026, 0, 1)),
      rootResourceId: expect.stringMatching(/^[a-z0-9]{10}$/),
    });
    const changed = await call("UpdateRestApi", {
      restApiId,
      patchOperations: [
        { op: "replace", path: "/name", value: "two" },
        { op: "add", path: "/binaryMediaTypes/image~1png" },
        { op: "replace", path: "/endpointConfiguration/types/EDGE", value: "REGIONAL" },
      ],
    });
    expect(changed).toMatchObject({
      name: "two",
      binaryMediaTypes: ["image/png"],
      endpointConfiguration: { types: ["REGIONAL"] },
    });
    await emptyApi(fixture);
    const first = await call("GetRestApis", { limit: 1 });
    const rest = await call("GetRestApis", { position: first.position });
    expect([first.items?.length, rest.items?.length, rest.position]).toEqual([1, 1, undefined]);
    await call("DeleteRestApi", { restApiId });
    expect(await refusal(call("GetRestApi", { restApiId }))).toBe(
      `NotFoundException: Invalid API identifier specified 000000000000:${restApiId}`,
    );
  });

  test("refuse endpoints in VPCs by name, however they are asked for", async () => {
    const { call } = createRestApiFixture();
    const endpoint = (endpointConfiguration: object) =>
      refusal(call("CreateRestApi", { name: "one", endpointConfiguration }));
    expect(await endpoint({ types: ["PRIVATE"] })).toContain("PRIVATE");
    expect(await endpoint({ vpcEndpointIds: ["vpce-1"] })).toContain("vpcEndpointIds");
    const { id: restApiId = "" } = await call("CreateRestApi", { name: "one" });
    const patch = (path: string, value: string) =>
      call("UpdateRestApi", { restApiId, patchOperations: [{ op: "replace", path, value }] });
    expect(await refusal(patch("/endpointConfiguration/types/EDGE", "PRIVATE"))).toContain(
      "UpdateRestApi",
    );
    expect(await refusal(patch("/endpointConfiguration/vpcEndpointIds", "vpce-1"))).toContain(
      "vpcEndpointIds",
    );
    const body = utf8Encode('{"openapi":"3.0.1","info":{"title":"two"},"paths":{}}');
    const parameters = { endpointConfigurationTypes: "PRIVATE" };
    expect(await refusal(call("ImportRestApi", { body, parameters }))).toContain("PRIVATE");
    const endpoints = { vpcEndpointIds: "vpce-1" };
    expect(await refusal(call("ImportRestApi", { body, parameters: endpoints }))).toContain(
      "vpcEndpointIds",
    );
    expect((await call("GetRestApis", {})).items).toHaveLength(1);
  });

  test("refuse a patch of a path there is not, with those there are", async () => {
    const { call } = createRestApiFixture();
    const { id: restApiId = "" } = await call("CreateRestApi", { name: "one" });
    const patchOperations = [{ op: "replace", path: "/nothing", value: "x" }];
    expect(await refusal(call("UpdateRestApi", { restApiId, patchOperations }))).toMatch(
      /^BadRequestException: Invalid patch path {2}'\/nothing' specified for op 'replace'. Must be one of: \[\/apiKeySource, /,
    );
  });

  test("have the two models of every API, and a copy has what its source has", async () => {
    const fixture = createRestApiFixture();
    const { restApiId, resourceId } = await withMethod(fixture);
    const { items } = await fixture.call("GetModels", { restApiId });
    expect(items?.map(({ name }) => name)).toEqual(["Empty", "Error"]);
    const copy = await fixture.call("CreateRestApi", { name: "copy", cloneFrom: restApiId });
    expect(copy.rootResourceId).toBe(resourceId);
    const { items: resources } = await fixture.call("GetResources", {
      restApiId: copy.id ?? "",
      embed: ["methods"],
    });
    expect(resources?.[0]?.resourceMethods?.["GET"]?.methodIntegration?.type).toBe("AWS_PROXY");
  });
});

describe("resources", () => {
  test("are a tree with paths; one goes with all below it", async () => {
    const fixture = createRestApiFixture();
    const { call } = fixture;
    const { restApiId, rootResourceId: parentId } = await emptyApi(fixture);
    const orders = await call("CreateResource", { restApiId, parentId, pathPart: "orders" });
    const one = await call("CreateResource", {
      restApiId,
      parentId: orders.id ?? "",
      pathPart: "{id}",
    });
    expect(one.path).toBe("/orders/{id}");
    const again = call("CreateResource", { restApiId, parentId, pathPart: "orders" });
    expect(await refusal(again)).toBe(
      "ConflictException: Another resource with the same parent already has this name: orders",
    );
    const sibling = call("CreateResource", {
      restApiId,
      parentId: orders.id ?? "",
      pathPart: "{name}",
    });
    expect(await refusal(sibling)).toBe(
      "BadRequestException: A sibling ({id}) of this resource already has a variable path part -- only one is allowed",
    );
    const patchOperations = [{ op: "replace", path: "/pathPart", value: "sales" }];
    await call("UpdateResource", { restApiId, resourceId: orders.id ?? "", patchOperations });
    const moved = await call("GetResource", { restApiId, resourceId: one.id ?? "" });
    expect(moved.path).toBe("/sales/{id}");
    await call("DeleteResource", { restApiId, resourceId: orders.id ?? "" });
    const { items } = await call("GetResources", { restApiId });
    expect(items?.map(({ path }) => path)).toEqual(["/"]);
  });
});

describe("methods", () => {
  test("have responses, an integration and its responses, each found by what it is", async () => {
    const fixture = createRestApiFixture();
    const { call } = fixture;
    const place = await withMethod(fixture);
    await call("PutMethodResponse", { ...place, statusCode: "200" });
    await call("PutIntegrationResponse", { ...place, statusCode: "200", selectionPattern: "" });
    const patched = await call("UpdateIntegration", {
      ...place,
      patchOperations: [
        { op: "replace", path: "/timeoutInMillis", value: "5000" },
        { op: "add", path: "/requestTemplates/application~1json", value: "{}" },
      ],
    });
    expect(patched).toMatchObject({
      timeoutInMillis: 5000,
      requestTemplates: { "application/json": "{}" },
      passthroughBehavior: "WHEN_NO_MATCH",
    });
    expect(await call("GetMethod", place)).toMatchObject({
      httpMethod: "GET",
      apiKeyRequired: false,
      methodResponses: { "200": { statusCode: "200" } },
      methodIntegration: { integrationResponses: { "200": { selectionPattern: "" } } },
    });
    expect(await refusal(call("PutMethod", { ...place, authorizationType: "NONE" }))).toBe(
      "ConflictException: Method already exists for this resource",
    );
    expect(await refusal(call("GetMethodResponse", { ...place, statusCode: "404" }))).toBe(
      "NotFoundException: Invalid Response status code specified",
    );
    await call("DeleteIntegration", place);
    expect(await refusal(call("GetIntegration", place))).toBe(
      "NotFoundException: Invalid Integration identifier specified",
    );
  });

  test("refuse what there is not: Cognito and VPC links by name, unknown authorizers", async () => {
    const fixture = createRestApiFixture();
    const { call } = fixture;
    const { restApiId, rootResourceId: resourceId } = await emptyApi(fixture);
    const place = { restApiId, resourceId, httpMethod: "GET" };
    const cognito = call("PutMethod", { ...place, authorizationType: "COGNITO_USER_POOLS" });
    expect(await refusal(cognito)).toMatch(/^NotImplemented: .*COGNITO_USER_POOLS/);
    const custom = call("PutMethod", { ...place, authorizationType: "CUSTOM", authorizerId: "x" });
    expect(await refusal(custom)).toMatch(/^BadRequestException: Invalid authorizer ID specified/);
    await call("PutMethod", { ...place, authorizationType: "NONE" });
    const link = call("PutIntegration", { ...place, type: "HTTP", connectionType: "VPC_LINK" });
    expect(await refusal(link)).toMatch(/^NotImplemented: .*VPC links/);
    const wrong = { ...place, type: "AWS_PROXY", integrationHttpMethod: "POST" };
    expect(await refusal(call("PutIntegration", { ...wrong, uri: "arn:aws:sqs:x:y:z" }))).toBe(
      "BadRequestException: Invalid ARN specified in the request",
    );
  });
});

describe("deployments and stages", () => {
  test("an API without methods, or with one that leads nowhere, is not deployed", async () => {
    const fixture = createRestApiFixture();
    const { call } = fixture;
    const { restApiId, rootResourceId: resourceId } = await emptyApi(fixture);
    expect(await refusal(call("CreateDeployment", { restApiId }))).toBe(
      "BadRequestException: The REST API doesn't contain any methods",
    );
    const place = { restApiId, resourceId, httpMethod: "GET" };
    await call("PutMethod", { ...place, authorizationType: "NONE" });
    expect(await refusal(call("CreateDeployment", { restApiId }))).toBe(
      "BadRequestException: No integration defined for method",
    );
  });

  test("a stage is changed by patches, settings of methods included", async () => {
    const fixture = createRestApiFixture();
    const { call } = fixture;
    const { restApiId } = await withMethod(fixture);
    const { id: deploymentId = "" } = await call("CreateDeployment", { restApiId });
    await call("CreateStage", { restApiId, stageName: "dev", deploymentId });
    const stage = await call("UpdateStage", {
      restApiId,
      stageName: "dev",
      patchOperations: [
        { op: "replace", path: "/variables/color", value: "blue" },
        { op: "replace", path: "/*/*/throttling/burstLimit", value: "7" },
        { op: "replace", path: "/~1orders~1{id}/GET/logging/loglevel", value: "INFO" },
      ],
    });
    expect(stage.variables).toEqual({ color: "blue" });
    expect(stage.methodSettings?.["*/*"]).toMatchObject({
      throttlingBurstLimit: 7,
      throttlingRateLimit: 10_000,
    });
    expect(stage.methodSettings?.["orders/{id}/GET"]?.loggingLevel).toBe("INFO");
    const removed = await call("UpdateStage", {
      restApiId,
      stageName: "dev",
      patchOperations: [{ op: "remove", path: "/*/*" }],
    });
    expect(Object.keys(removed.methodSettings ?? {})).toEqual(["orders/{id}/GET"]);
    expect(await refusal(call("DeleteDeployment", { restApiId, deploymentId }))).toBe(
      "BadRequestException: Active stages pointing to this deployment must be moved or deleted",
    );
    const cached = [{ op: "replace", path: "/cacheClusterEnabled", value: "true" }];
    expect(
      await refusal(call("UpdateStage", { restApiId, stageName: "dev", patchOperations: cached })),
    ).toMatch(/^NotImplemented: .*cacheClusterEnabled/);
  });
});

describe("tags", () => {
  test("of APIs and stages are read and changed by ARN", async () => {
    const fixture = createRestApiFixture();
    const { call } = fixture;
    const { restApiId } = await withMethod(fixture);
    await call("CreateDeployment", { restApiId, stageName: "dev" });
    for (const path of [restApiId, `${restApiId}/stages/dev`]) {
      const resourceArn = `arn:aws:apigateway:us-east-1::/restapis/${path}`;
      await call("TagResource", { resourceArn, tags: { a: "1", b: "2" } });
      await call("UntagResource", { resourceArn, tagKeys: ["a"] });
      expect(await call("GetTags", { resourceArn })).toEqual({ tags: { b: "2" } });
    }
  });
});
