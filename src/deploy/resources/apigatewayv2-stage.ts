/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-stage.html */
import { boolean, map, number, object, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
  found,
  type ResourceType,
  replaces,
  resourceType,
  retag,
  tagPairs,
  unless,
} from "./resource-type.ts";

const GONE = ["NotFoundException"];

const routeSettings = object({
  DataTraceEnabled: boolean,
  DetailedMetricsEnabled: boolean,
  LoggingLevel: text,
  ThrottlingBurstLimit: number,
  ThrottlingRateLimit: number,
});

export const apigatewayv2Stage: ResourceType = resourceType({
  type: "AWS::ApiGatewayV2::Stage",
  physicalName: { property: "StageName", lengthMax: 128 },
  properties: {
    AccessLogSettings: changes(object({ DestinationArn: text, Format: text })),
    ApiId: replaces(text),
    AutoDeploy: changes(boolean),
    DefaultRouteSettings: changes(routeSettings),
    DeploymentId: changes(text),
    Description: changes(text),
    RouteSettings: changes(map(routeSettings)),
    StageName: replaces(text),
    StageVariables: changes(map(text)),
    Tags: changes(map(text)),
  },
  required: ["ApiId", "StageName"],
  exists: (ctx, { ApiId, StageName }) =>
    found(GONE, call(ctx, "apigatewayv2", "GetStage", { ApiId, StageName })),
  async create(ctx, properties) {
    await created(
      ctx,
      ["ConflictException"],
      call(ctx, "apigatewayv2", "CreateStage", {
        ...properties,
        Tags: { ...ctx.stackTags, ...properties.Tags },
      }),
    );
    return { physicalId: properties.StageName, attributes: {} };
  },
  async update(ctx, live, properties, before) {
    const { Tags, ...rest } = properties;
    await call(ctx, "apigatewayv2", "UpdateStage", rest);
    const { region } = ctx.caller;
    const ResourceArn = `arn:aws:apigateway:${region}::/apis/${rest.ApiId}/stages/${rest.StageName}`;
    await retag(
      ctx,
      { after: tagPairs(Tags ?? {}), before: tagPairs(before.Tags ?? {}) },
      {
        tag: (added) => call(ctx, "apigatewayv2", "TagResource", { ResourceArn, Tags: added }),
        untag: (keys) => call(ctx, "apigatewayv2", "UntagResource", { ResourceArn, TagKeys: keys }),
      },
    );
    return live;
  },
  async delete(ctx, _, { ApiId, StageName }) {
    await unless(GONE, call(ctx, "apigatewayv2", "DeleteStage", { ApiId, StageName }));
  },
});
