/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-authorizer.html */
import { boolean, list, number, object, text } from "./property-shape.ts";
import {
  call,
  changes,
  hasCode,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

export const apigatewayv2Authorizer: ResourceType = resourceType({
  type: "AWS::ApiGatewayV2::Authorizer",
  attributes: ["AuthorizerId"],
  properties: {
    ApiId: replaces(text),
    AuthorizerCredentialsArn: changes(text),
    AuthorizerPayloadFormatVersion: changes(text),
    AuthorizerResultTtlInSeconds: changes(number),
    AuthorizerType: changes(text),
    AuthorizerUri: changes(text),
    EnableSimpleResponses: changes(boolean),
    IdentitySource: changes(list(text)),
    IdentityValidationExpression: changes(text),
    JwtConfiguration: changes(object({ Audience: list(text), Issuer: text })),
    Name: changes(text),
  },
  required: ["ApiId", "AuthorizerType", "Name"],
  async create(ctx, properties) {
    const { IdentitySource = [] } = properties;
    try {
      const input = { ...properties, IdentitySource };
      return live((await call(ctx, "apigatewayv2", "CreateAuthorizer", input)).AuthorizerId);
    } catch (error) {
      const earlier =
        ctx.resumed && hasCode(error, ["ConflictException"])
          ? await madeEarlier(ctx, properties)
          : undefined;
      if (earlier === undefined) {
        throw error;
      }
      return live(earlier);
    }
  },
  async update(ctx, before, properties) {
    await call(ctx, "apigatewayv2", "UpdateAuthorizer", {
      ...properties,
      AuthorizerId: before.physicalId,
    });
    return before;
  },
  async delete(ctx, { physicalId: AuthorizerId }, { ApiId }) {
    await unless(
      ["NotFoundException"],
      call(ctx, "apigatewayv2", "DeleteAuthorizer", { ApiId, AuthorizerId }),
    );
  },
});

function live(AuthorizerId = ""): LiveResource {
  return { physicalId: AuthorizerId, attributes: { AuthorizerId } };
}

/** A name is there once in an API. */
async function madeEarlier(
  ctx: ResourceContext,
  { ApiId, Name }: { readonly ApiId: string; readonly Name: string },
): Promise<string | undefined> {
  let NextToken: string | undefined;
  do {
    const page = await call(ctx, "apigatewayv2", "GetAuthorizers", { ApiId, NextToken });
    const found = (page.Items ?? []).find((authorizer) => authorizer.Name === Name);
    if (found !== undefined) {
      return found.AuthorizerId;
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return undefined;
}
