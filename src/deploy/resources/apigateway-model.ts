/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-model.html */
import { document, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
  found,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

const GONE = ["NotFoundException"];

/** Names of models have letters and digits alone. */
const adapt = (name: string): string => name.replace(/[^A-Za-z0-9]/g, "");

export const apigatewayModel: ResourceType = resourceType({
  type: "AWS::ApiGateway::Model",
  physicalName: { property: "Name", lengthMax: 128, adapt },
  properties: {
    ContentType: replaces(text),
    Description: changes(text),
    Name: replaces(text),
    RestApiId: replaces(text),
    Schema: changes(document),
  },
  required: ["RestApiId"],
  exists: (ctx, { RestApiId: restApiId }) =>
    found(GONE, call(ctx, "apigateway", "GetModel", { restApiId, modelName: ctx.name })),
  async create(ctx, { RestApiId: restApiId, ContentType, Description, Schema }) {
    await created(
      ctx,
      ["ConflictException"],
      call(ctx, "apigateway", "CreateModel", {
        restApiId,
        name: ctx.name,
        contentType: ContentType ?? "application/json",
        description: Description,
        schema: Schema,
      }),
    );
    return { physicalId: ctx.name, attributes: {} };
  },
  async update(ctx, live, { RestApiId: restApiId, Description = "", Schema = "{}" }) {
    await call(ctx, "apigateway", "UpdateModel", {
      restApiId,
      modelName: live.physicalId,
      patchOperations: [
        { op: "replace", path: "/description", value: Description },
        { op: "replace", path: "/schema", value: Schema },
      ],
    });
    return live;
  },
  async delete(ctx, { physicalId: modelName }, { RestApiId: restApiId }) {
    await unless(GONE, call(ctx, "apigateway", "DeleteModel", { restApiId, modelName }));
  },
});
