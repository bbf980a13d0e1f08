/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-authorizer.html */
import type { Input } from "../../wire/operations.ts";
import { list, number, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

type Patch = NonNullable<Input<"apigateway", "UpdateAuthorizer">["patchOperations"]>[number];

export const apigatewayAuthorizer: ResourceType = resourceType({
  type: "AWS::ApiGateway::Authorizer",
  attributes: ["AuthorizerId"],
  properties: {
    AuthType: changes(text),
    AuthorizerCredentials: changes(text),
    AuthorizerResultTtlInSeconds: changes(number),
    AuthorizerUri: changes(text),
    IdentitySource: changes(text),
    IdentityValidationExpression: changes(text),
    Name: changes(text),
    ProviderARNs: changes(list(text)),
    RestApiId: replaces(text),
    Type: changes(text),
  },
  required: ["Name", "RestApiId", "Type"],
  async create(ctx, properties) {
    const restApiId = properties.RestApiId;
    if (ctx.resumed) {
      const { items = [] } = await call(ctx, "apigateway", "GetAuthorizers", {
        restApiId,
        limit: 500,
      });
      const id = items.find(({ name }) => name === properties.Name)?.id;
      if (id !== undefined) {
        return { physicalId: id, attributes: { AuthorizerId: id } };
      }
    }
    const { id = "" } = await call(ctx, "apigateway", "CreateAuthorizer", {
      restApiId,
      name: properties.Name,
      type: properties.Type,
      authType: properties.AuthType,
      authorizerCredentials: properties.AuthorizerCredentials,
      authorizerResultTtlInSeconds: properties.AuthorizerResultTtlInSeconds,
      authorizerUri: properties.AuthorizerUri,
      identitySource: properties.IdentitySource,
      identityValidationExpression: properties.IdentityValidationExpression,
      providerARNs: properties.ProviderARNs,
    });
    return { physicalId: id, attributes: { AuthorizerId: id } };
  },
  async update(ctx, live, properties) {
    const members = {
      name: properties.Name,
      type: properties.Type,
      authType: properties.AuthType,
      authorizerCredentials: properties.AuthorizerCredentials,
      authorizerResultTtlInSeconds: properties.AuthorizerResultTtlInSeconds,
      authorizerUri: properties.AuthorizerUri,
      identitySource: properties.IdentitySource,
      identityValidationExpression: properties.IdentityValidationExpression,
    };
    const patchOperations = Object.entries(members).flatMap(([name, value]): Patch[] =>
      value === undefined ? [] : [{ op: "replace", path: `/${name}`, value: String(value) }],
    );
    await call(ctx, "apigateway", "UpdateAuthorizer", {
      restApiId: properties.RestApiId,
      authorizerId: live.physicalId,
      patchOperations,
    });
    return live;
  },
  async delete(ctx, { physicalId: authorizerId }, { RestApiId: restApiId }) {
    await unless(
      ["NotFoundException"],
      call(ctx, "apigateway", "DeleteAuthorizer", { restApiId, authorizerId }),
    );
  },
});
