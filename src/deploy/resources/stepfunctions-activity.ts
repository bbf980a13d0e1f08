/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-activity.html */
import { tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  found,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  retag,
  tagsOf,
} from "./resource-type.ts";
import { encryption, encryptionInput } from "./stepfunctions-state-machine.ts";

const GONE = ["ActivityDoesNotExist"];

export const stepfunctionsActivity: ResourceType = resourceType({
  type: "AWS::StepFunctions::Activity",
  attributes: ["Arn", "Name"],
  physicalName: { property: "Name", lengthMax: 80 },
  properties: {
    EncryptionConfiguration: replaces(encryption),
    Name: replaces(text),
    Tags: changes(tagList),
  },
  exists: (ctx) =>
    found(GONE, call(ctx, "states", "DescribeActivity", { activityArn: arnOf(ctx) })),
  identify: (ctx) => arnOf(ctx),
  async create(ctx, properties) {
    const tags = tagsOf(ctx, properties.Tags);
    await call(ctx, "states", "CreateActivity", {
      name: ctx.name,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      ...encryptionInput(properties.EncryptionConfiguration),
    });
    return live(ctx);
  },
  async update(ctx, { physicalId: resourceArn }, properties, before) {
    await retag(
      ctx,
      { after: properties.Tags, before: before.Tags },
      {
        tag: (added) =>
          call(ctx, "states", "TagResource", {
            resourceArn,
            tags: Object.entries(added).map(([key, value]) => ({ key, value })),
          }),
        untag: (tagKeys) => call(ctx, "states", "UntagResource", { resourceArn, tagKeys }),
      },
    );
    return live(ctx);
  },
  async delete(ctx, { physicalId: activityArn }) {
    await call(ctx, "states", "DeleteActivity", { activityArn });
  },
});

function arnOf({ caller, name }: ResourceContext): string {
  return `arn:aws:states:${caller.region}:${caller.accountId}:activity:${name}`;
}

function live(ctx: ResourceContext): LiveResource {
  return { physicalId: arnOf(ctx), attributes: { Arn: arnOf(ctx), Name: ctx.name } };
}
