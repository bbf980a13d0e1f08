import {
  APIGatewayClient,
  ConflictException,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  DeleteRestApiCommand,
  GetResourcesCommand,
  GetStagesCommand,
  NotFoundException,
  PutIntegrationCommand,
  PutMethodCommand,
  TestInvokeMethodCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { ACCOUNT, REGION, startEngine, zipOf } from "./engine.ts";

const engine = await startEngine();
const apis = new APIGatewayClient(engine.config);
const lambda = new LambdaClient(engine.config);

const SOURCE = `
export const handler = async (event) => ({
  statusCode: 201,
  multiValueHeaders: { "set-cookie": ["a=1", "b=2"] },
  body: JSON.stringify({ resource: event.resource, path: event.path, id: event.pathParameters.id,
    header: event.headers["X-Kind"], stage: event.requestContext.stage, color: event.stageVariables?.color }),
});`;

async function createApi() {
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "orders",
      Runtime: "nodejs20.x",
      Role: `arn:aws:iam::${ACCOUNT}:role/any`,
      Handler: "index.handler",
      Code: { ZipFile: await zipOf("index.mjs", SOURCE) },
    }),
  );
  const { id: restApiId, rootResourceId } = await apis.send(
    new CreateRestApiCommand({ name: "shop" }),
  );
  const orders = await apis.send(
    new CreateResourceCommand({ restApiId, parentId: rootResourceId, pathPart: "orders" }),
  );
  const { id: resourceId } = await apis.send(
    new CreateResourceCommand({ restApiId, parentId: orders.id, pathPart: "{id}" }),
  );
  const place = { restApiId, resourceId, httpMethod: "ANY" };
  await apis.send(new PutMethodCommand({ ...place, authorizationType: "NONE" }));
  await apis.send(
    new PutIntegrationCommand({
      ...place,
      type: "AWS_PROXY",
      integrationHttpMethod: "POST",
      uri: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${FunctionArn}/invocations`,
    }),
  );
  return { ...place, parentId: rootResourceId };
}

test("REST APIs: are built, deployed to a stage, answer, and are deleted", async () => {
  const { parentId, ...place } = await createApi();
  const { restApiId } = place;
  const tested = await apis.send(
    new TestInvokeMethodCommand({ ...place, pathWithQueryString: "/orders/7" }),
  );
  expect([tested.status, JSON.parse(tested.body ?? "").stage]).toEqual([201, "test-invoke-stage"]);
  await apis.send(new CreateDeploymentCommand({ restApiId, stageName: "dev" }));
  await apis.send(
    new UpdateStageCommand({
      restApiId,
      stageName: "dev",
      patchOperations: [{ op: "replace", path: "/variables/color", value: "blue" }],
    }),
  );
  const url = `${engine.endpoint}/_api/${restApiId}/dev/orders/a%20b`;
  const response = await fetch(url, { method: "POST", headers: [["X-Kind", "x"]] });
  expect(response.status).toBe(201);
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(await response.json()).toMatchObject({
    resource: "/orders/{id}",
    path: "/orders/a%20b",
    id: "a%20b",
    stage: "dev",
    color: "blue",
  });
  const missing = await fetch(`${engine.endpoint}/_api/${restApiId}/dev/elsewhere`);
  expect([missing.status, await missing.json()]).toEqual([
    403,
    { message: "Missing Authentication Token" },
  ]);
  const { item } = await apis.send(new GetStagesCommand({ restApiId }));
  expect(item?.map(({ stageName }) => stageName)).toEqual(["dev"]);
  const { items } = await apis.send(new GetResourcesCommand({ restApiId }));
  expect(items?.map(({ path }) => path).sort()).toEqual(["/", "/orders", "/orders/{id}"]);
  const again = new CreateResourceCommand({ restApiId, parentId, pathPart: "orders" });
  await expect(apis.send(again)).rejects.toThrow(ConflictException);
  await apis.send(new DeleteRestApiCommand({ restApiId }));
  await expect(apis.send(new GetStagesCommand({ restApiId }))).rejects.toThrow(NotFoundException);
  expect((await fetch(url)).status).toBe(403);
});
