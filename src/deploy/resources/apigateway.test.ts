/** The resource types of REST APIs against the real services: made, changed, removed. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CloudFixture, createCloudFixture } from "../../testing/cloud-fixture.ts";

let cloud: CloudFixture;
beforeEach(async () => {
  cloud = await createCloudFixture();
});
afterEach(() => cloud.stop());

const ref = (Ref: string) => ({ Ref });
const GUARD =
  "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:guard/invocations";

function resources(word: string, count: number) {
  const RestApiId = ref("Api");
  const type = (name: string, Properties: object, more: object = {}) => ({
    Type: `AWS::ApiGateway::${name}`,
    Properties,
    ...more,
  });
  return {
    Account: type("Account", { CloudWatchRoleArn: `arn:aws:iam::000000000000:role/${word}` }),
    Api: type("RestApi", {
      Name: `api-${word}`,
      BinaryMediaTypes: ["image/png"],
      EndpointConfiguration: { Types: ["REGIONAL"] },
      Tags: [{ Key: "word", Value: word }],
    }),
    Orders: type("Resource", {
      RestApiId,
      ParentId: { "Fn::GetAtt": ["Api", "RootResourceId"] },
      PathPart: "orders",
    }),
    Model: type("Model", { RestApiId, Name: "Order", Schema: { type: "object", title: word } }),
    Validator: type("RequestValidator", { RestApiId, ValidateRequestBody: count > 1 }),
    Guard: type("Authorizer", {
      RestApiId,
      Name: word,
      Type: "TOKEN",
      AuthorizerUri: GUARD,
      IdentitySource: "method.request.header.X",
      AuthorizerResultTtlInSeconds: count,
    }),
    Denied: type("GatewayResponse", {
      RestApiId,
      ResponseType: "ACCESS_DENIED",
      StatusCode: String(400 + count),
    }),
    Get: type("Method", {
      RestApiId,
      ResourceId: ref("Orders"),
      HttpMethod: "GET",
      AuthorizationType: "NONE",
      ApiKeyRequired: true,
      RequestModels: { "application/json": ref("Model") },
      RequestValidatorId: ref("Validator"),
      MethodResponses: [{ StatusCode: "200" }],
      Integration: {
        Type: "MOCK",
        RequestTemplates: { "application/json": '{"statusCode":200}' },
        IntegrationResponses: [
          { StatusCode: "200", ResponseTemplates: { "application/json": word } },
        ],
      },
    }),
    [`Deployment${word}`]: type("Deployment", { RestApiId }, { DependsOn: ["Get"] }),
    Stage: type("Stage", {
      RestApiId,
      StageName: "dev",
      DeploymentId: ref(`Deployment${word}`),
      Variables: { word },
      MethodSettings: [{ ResourcePath: "/*", HttpMethod: "*", ThrottlingBurstLimit: count }],
    }),
    Key: type("ApiKey", { Enabled: true, Description: word }),
    Plan: type("UsagePlan", {
      UsagePlanName: word,
      ApiStages: [{ ApiId: RestApiId, Stage: ref("Stage") }],
      Quota: { Limit: count, Period: "DAY" },
    }),
    PlanKey: type("UsagePlanKey", {
      KeyId: ref("Key"),
      KeyType: "API_KEY",
      UsagePlanId: ref("Plan"),
    }),
  };
}

async function deploy(operation: "CreateStack" | "UpdateStack", word: string, count: number) {
  const Outputs = Object.fromEntries(
    ["Api", "Orders", "Validator", "Guard", "Key", "Plan"].map((name) => [
      name,
      { Value: ref(name) },
    ]),
  );
  const { StackId = "" } = await cloud.deploy(operation, {
    StackName: "shop",
    TemplateBody: JSON.stringify({ Resources: resources(word, count), Outputs }),
  });
  return { StackId, ...(await cloud.settled(StackId)) };
}

async function observed(outputs: Readonly<Record<string, string>>) {
  const { Api: restApiId = "", Orders: resourceId = "", Key: apiKey = "", Plan = "" } = outputs;
  const get = { restApiId, resourceId, httpMethod: "GET" };
  const { call } = cloud;
  const stage = await call("apigateway", "GetStage", { restApiId, stageName: "dev" });
  const method = await call("apigateway", "GetMethod", get);
  const authorizer = await call("apigateway", "GetAuthorizer", {
    restApiId,
    authorizerId: outputs["Guard"] ?? "",
  });
  const denied = await call("apigateway", "GetGatewayResponse", {
    restApiId,
    responseType: "ACCESS_DENIED",
  });
  const plan = await call("apigateway", "GetUsagePlan", { usagePlanId: Plan });
  const response = method.methodIntegration?.integrationResponses?.["200"];
  return {
    account: (await call("apigateway", "GetAccount", {})).cloudwatchRoleArn?.split("/")[1],
    api: (await call("apigateway", "GetRestApi", { restApiId })).name,
    word: stage.variables?.["word"],
    burst: stage.methodSettings?.["*/*"]?.throttlingBurstLimit,
    text: response?.responseTemplates?.["application/json"],
    guard: [authorizer.name, authorizer.authorizerResultTtlInSeconds],
    denied: denied.statusCode,
    key: (await call("apigateway", "GetApiKey", { apiKey })).description,
    plan: [plan.name, plan.quota?.limit, plan.apiStages?.length],
    deployments: (await call("apigateway", "GetDeployments", { restApiId })).items?.length,
  };
}

const wanted = (word: string, count: number) => ({
  account: word,
  api: `api-${word}`,
  word,
  burst: count,
  text: word,
  guard: [word, count],
  denied: String(400 + count),
  key: word,
  plan: [word, count, 1],
  deployments: 1,
});

test("every type is made, changed and removed", async () => {
  const made = await deploy("CreateStack", "one", 1);
  expect([made.status, ...made.failures]).toEqual(["CREATE_COMPLETE"]);
  expect(await observed(made.outputs)).toEqual(wanted("one", 1));
  const changed = await deploy("UpdateStack", "two", 2);
  expect([changed.status, ...changed.failures]).toEqual(["UPDATE_COMPLETE"]);
  expect(changed.outputs).toEqual(made.outputs);
  expect(await observed(changed.outputs)).toEqual(wanted("two", 2));
  await cloud.call("cloudformation", "DeleteStack", { StackName: "shop" });
  const gone = await cloud.settled(made.StackId);
  expect([gone.status, ...gone.failures]).toEqual(["DELETE_COMPLETE"]);
  const left = [
    (await cloud.call("apigateway", "GetRestApis", {})).items,
    (await cloud.call("apigateway", "GetApiKeys", {})).items,
    (await cloud.call("apigateway", "GetUsagePlans", {})).items,
  ];
  expect(left).toEqual([[], [], []]);
});

test.each([
  ["type PRIVATE", { Types: ["PRIVATE"] }],
  ["VpcEndpointIds", { Types: ["REGIONAL"], VpcEndpointIds: ["vpce-1"] }],
])("%s is refused by name", async (feature, EndpointConfiguration) => {
  const Properties = { Name: "api", EndpointConfiguration };
  const { StackId = "" } = await cloud.deploy("CreateStack", {
    StackName: "shop",
    TemplateBody: JSON.stringify({
      Resources: { Api: { Type: "AWS::ApiGateway::RestApi", Properties } },
    }),
  });
  const { status, failures } = await cloud.settled(StackId);
  expect([status, failures.join()]).toEqual([
    "ROLLBACK_COMPLETE",
    expect.stringContaining(`does not support ${feature} in EndpointConfiguration`),
  ]);
});
