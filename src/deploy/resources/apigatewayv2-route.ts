/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-route.html */
import { boolean, list, text } from "./property-shape.ts";
import {
  call,
  changes,
  hasCode,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

export const apigatewayv2Route: ResourceType = resourceType({
  type: "AWS::ApiGatewayV2::Route",
  attributes: ["RouteId"],
  properties: {
    ApiId: replaces(text),
    ApiKeyRequired: changes(boolean),
    AuthorizationScopes: changes(list(text)),
    AuthorizationType: changes(text),
    AuthorizerId: changes(text),
    OperationName: changes(text),
    RouteKey: changes(text),
    Target: changes(text),
  },
  required: ["ApiId", "RouteKey"],
  async create(ctx, properties) {
    try {
      const { RouteId = "" } = await call(ctx, "apigatewayv2", "CreateRoute", properties);
      return { physicalId: RouteId, attributes: { RouteId } };
    } catch (error) {
      const RouteId =
        ctx.resumed && hasCode(error, ["ConflictException"])
          ? await madeEarlier(ctx, properties)
          : undefined;
      if (RouteId === undefined) {
        throw error;
      }
      return { physicalId: RouteId, attributes: { RouteId } };
    }
  },
  async update(ctx, live, properties, before) {
    const { AuthorizationType, AuthorizationScopes } = properties;
    const isOpened = AuthorizationType === undefined && before.AuthorizationType !== undefined;
    const isWidened = AuthorizationScopes === undefined && before.AuthorizationScopes !== undefined;
    await call(ctx, "apigatewayv2", "UpdateRoute", {
      ...properties,
      ...(isOpened && { AuthorizationType: "NONE" }),
      ...(isWidened && { AuthorizationScopes: [] }),
      RouteId: live.physicalId,
    });
    return live;
  },
  async delete(ctx, { physicalId: RouteId }, { ApiId }) {
    await unless(
      ["NotFoundException"],
      call(ctx, "apigatewayv2", "DeleteRoute", { ApiId, RouteId }),
    );
  },
});

/** A route key is there once in an API. */
async function madeEarlier(
  ctx: ResourceContext,
  properties: { readonly ApiId: string; readonly RouteKey: string },
): Promise<string | undefined> {
  let NextToken: string | undefined;
  do {
    const page = await call(ctx, "apigatewayv2", "GetRoutes", {
      ApiId: properties.ApiId,
      NextToken,
    });
    const route = (page.Items ?? []).find(({ RouteKey }) => RouteKey === properties.RouteKey);
    if (route !== undefined) {
      return route.RouteId;
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return undefined;
}
