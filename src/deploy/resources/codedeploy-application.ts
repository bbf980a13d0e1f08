/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codedeploy-application.html */
import { tagList, text } from "./property-shape.ts";
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
  tagsOf,
} from "./resource-type.ts";

export const codedeployApplication: ResourceType = resourceType({
  type: "AWS::CodeDeploy::Application",
  attributes: [],
  physicalName: { property: "ApplicationName", lengthMax: 100 },
  properties: {
    ApplicationName: replaces(text),
    ComputePlatform: replaces(text),
    Tags: changes(tagList),
  },
  exists: (ctx, { ApplicationName: applicationName = "" }) =>
    found(
      ["ApplicationDoesNotExistException"],
      call(ctx, "codedeploy", "GetApplication", { applicationName }),
    ),
  identify: (ctx) => ctx.name,
  async create(ctx, { ComputePlatform: computePlatform, Tags }) {
    await created(
      ctx,
      ["ApplicationAlreadyExistsException"],
      call(ctx, "codedeploy", "CreateApplication", {
        applicationName: ctx.name,
        computePlatform,
        tags: tagPairs(tagsOf(ctx, Tags)),
      }),
    );
    return { physicalId: ctx.name, attributes: {} };
  },
  async update(ctx, live, { Tags: after }, { Tags: before }) {
    const { accountId, region } = ctx.caller;
    const ResourceArn = `arn:aws:codedeploy:${region}:${accountId}:application:${live.physicalId}`;
    await retag(
      ctx,
      { after, before },
      {
        tag: (added) =>
          call(ctx, "codedeploy", "TagResource", { ResourceArn, Tags: tagPairs(added) }),
        untag: (TagKeys) => call(ctx, "codedeploy", "UntagResource", { ResourceArn, TagKeys }),
      },
    );
    return live;
  },
  async delete(ctx, { physicalId: applicationName }) {
    await call(ctx, "codedeploy", "DeleteApplication", { applicationName });
  },
});
