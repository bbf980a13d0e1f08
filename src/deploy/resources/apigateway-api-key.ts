/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-apikey.html */
import { boolean, list, object, tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceType,
  replaces,
  resourceType,
  retag,
  tagsOf,
  unless,
} from "./resource-type.ts";

export const apigatewayApiKey: ResourceType = resourceType({
  type: "AWS::ApiGateway::ApiKey",
  attributes: ["APIKeyId"],
  physicalName: { property: "Name", lengthMax: 1024 },
  properties: {
    CustomerId: changes(text),
    Description: changes(text),
    Enabled: changes(boolean),
    GenerateDistinctId: replaces(boolean),
    Name: replaces(text),
    StageKeys: changes(list(object({ RestApiId: text, StageName: text }))),
    Tags: changes(tagList),
    Value: replaces(text),
  },
  async create(ctx, properties) {
    if (ctx.resumed) {
      const { items = [] } = await call(ctx, "apigateway", "GetApiKeys", { nameQuery: ctx.name });
      const id = items.find(({ name }) => name === ctx.name)?.id;
      if (id !== undefined) {
        return { physicalId: id, attributes: { APIKeyId: id } };
      }
    }
    const { id = "" } = await call(ctx, "apigateway", "CreateApiKey", {
      name: ctx.name,
      customerId: properties.CustomerId,
      description: properties.Description,
      enabled: properties.Enabled,
      generateDistinctId: properties.GenerateDistinctId,
      stageKeys: properties.StageKeys?.map(({ RestApiId, StageName }) => ({
        restApiId: RestApiId,
        stageName: StageName,
      })),
      value: properties.Value,
      tags: tagsOf(ctx, properties.Tags),
    });
    return { physicalId: id, attributes: { APIKeyId: id } };
  },
  async update(ctx, live, properties, before) {
    const { CustomerId = "", Description = "", Enabled = false } = properties;
    await call(ctx, "apigateway", "UpdateApiKey", {
      apiKey: live.physicalId,
      patchOperations: [
        { op: "replace", path: "/customerId", value: CustomerId },
        { op: "replace", path: "/description", value: Description },
        { op: "replace", path: "/enabled", value: String(Enabled) },
      ],
    });
    const resourceArn = `arn:aws:apigateway:${ctx.caller.region}::/apikeys/${live.physicalId}`;
    await retag(
      ctx,
      { after: properties.Tags, before: before.Tags },
      {
        tag: (tags) => call(ctx, "apigateway", "TagResource", { resourceArn, tags }),
        untag: (tagKeys) => call(ctx, "apigateway", "UntagResource", { resourceArn, tagKeys }),
      },
    );
    return live;
  },
  async delete(ctx, { physicalId: apiKey }) {
    await unless(["NotFoundException"], call(ctx, "apigateway", "DeleteApiKey", { apiKey }));
  },
});
