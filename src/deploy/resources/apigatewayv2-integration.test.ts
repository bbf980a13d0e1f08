/** Integrations of HTTP APIs and their authorizers, by template. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CloudFixture, createCloudFixture } from "../../testing/cloud-fixture.ts";

let cloud: CloudFixture;

beforeEach(async () => {
  cloud = await createCloudFixture();
});

afterEach(() => cloud.stop());

function template(integration: object, route: object): string {
  return JSON.stringify({
    Resources: {
      Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "a", ProtocolType: "HTTP" } },
      Authorizer: {
        Type: "AWS::ApiGatewayV2::Authorizer",
        Properties: {
          ApiId: { Ref: "Api" },
          Name: "jwt",
          AuthorizerType: "JWT",
          IdentitySource: "$request.header.Authorization",
          JwtConfiguration: { Issuer: "https://id.example", Audience: ["app"] },
        },
      },
      Integration: {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: {
          ApiId: { Ref: "Api" },
          IntegrationType: "HTTP_PROXY",
          IntegrationMethod: "GET",
          IntegrationUri: "https://backend.example/",
          PayloadFormatVersion: "1.0",
          ...integration,
        },
      },
      Route: {
        Type: "AWS::ApiGatewayV2::Route",
        Properties: {
          ApiId: { Ref: "Api" },
          RouteKey: "GET /",
          Target: { "Fn::Sub": `integrations/\${Integration}` },
          ...route,
        },
      },
    },
    Outputs: { Api: { Value: { Ref: "Api" } } },
  });
}

async function deployed(
  operation: "CreateStack" | "UpdateStack",
  TemplateBody: string,
): Promise<readonly [integration: unknown, route: unknown]> {
  await cloud.call("cloudformation", operation, { StackName: "shop", TemplateBody });
  const { failures, outputs } = await cloud.settled("shop");
  expect(failures).toEqual([]);
  const api = { ApiId: outputs["Api"] ?? "" };
  const { Items: [integration] = [] } = await cloud.call("apigatewayv2", "GetIntegrations", api);
  const { Items: [route] = [] } = await cloud.call("apigatewayv2", "GetRoutes", api);
  return [
    [integration?.RequestParameters, integration?.ResponseParameters],
    [route?.AuthorizationType, route?.AuthorizerId !== undefined, route?.AuthorizationScopes],
  ];
}

test("integrations: mappings are made, changed and taken away; so is a route's authorizer", async () => {
  const rows = (Source: string) => ({
    ResponseParameters: [{ Destination: "overwrite:statuscode", Source }],
  });
  const first = template(
    {
      RequestParameters: { "append:header.a": "1", "overwrite:path": "/x" },
      ResponseParameters: { "404": rows("200"), "500": rows("503") },
    },
    {
      AuthorizationType: "JWT",
      AuthorizerId: { Ref: "Authorizer" },
      AuthorizationScopes: ["read"],
    },
  );
  expect(await deployed("CreateStack", first)).toEqual([
    [
      { "append:header.a": "1", "overwrite:path": "/x" },
      { "404": { "overwrite:statuscode": "200" }, "500": { "overwrite:statuscode": "503" } },
    ],
    ["JWT", true, ["read"]],
  ]);
  const second = template(
    {
      RequestParameters: { "append:header.a": "2" },
      ResponseParameters: { "404": rows("201") },
    },
    { AuthorizationType: "AWS_IAM" },
  );
  expect(await deployed("UpdateStack", second)).toEqual([
    [{ "append:header.a": "2" }, { "404": { "overwrite:statuscode": "201" } }],
    ["AWS_IAM", false, undefined],
  ]);
  expect(await deployed("UpdateStack", template({}, {}))).toEqual([
    [undefined, undefined],
    ["NONE", false, undefined],
  ]);
});
