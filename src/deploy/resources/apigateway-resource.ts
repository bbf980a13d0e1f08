/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-resource.html */
import { text } from "./property-shape.ts";
import { call, type ResourceType, replaces, resourceType, unless } from "./resource-type.ts";

export const apigatewayResource: ResourceType = resourceType({
  type: "AWS::ApiGateway::Resource",
  attributes: ["ResourceId"],
  properties: {
    ParentId: replaces(text),
    PathPart: replaces(text),
    RestApiId: replaces(text),
  },
  required: ["ParentId", "PathPart", "RestApiId"],
  async create(ctx, { ParentId: parentId, PathPart: pathPart, RestApiId: restApiId }) {
    const earlier = ctx.resumed ? await existing() : undefined;
    const id =
      earlier ??
      (await call(ctx, "apigateway", "CreateResource", { restApiId, parentId, pathPart })).id ??
      "";
    return { physicalId: id, attributes: { ResourceId: id } };

    async function existing(): Promise<string | undefined> {
      const { items = [] } = await call(ctx, "apigateway", "GetResources", {
        restApiId,
        limit: 500,
      });
      return items.find((one) => one.parentId === parentId && one.pathPart === pathPart)?.id;
    }
  },
  async delete(ctx, { physicalId: resourceId }, { RestApiId: restApiId }) {
    await unless(
      ["NotFoundException"],
      call(ctx, "apigateway", "DeleteResource", { restApiId, resourceId }),
    );
  },
});
