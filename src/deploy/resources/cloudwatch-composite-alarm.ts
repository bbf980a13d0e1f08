/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-compositealarm.html */
import {
  actionProperties,
  alarmArnOf,
  alarmExists,
  deleteAlarm,
  retagByArn,
} from "./cloudwatch-shapes.ts";
import { number, tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  tagPairs,
  tagsOf,
} from "./resource-type.ts";

export const cloudwatchCompositeAlarm: ResourceType = resourceType({
  type: "AWS::CloudWatch::CompositeAlarm",
  attributes: ["Arn"],
  physicalName: { property: "AlarmName", lengthMax: 255 },
  properties: {
    ...actionProperties,
    ActionsSuppressor: changes(text),
    ActionsSuppressorExtensionPeriod: changes(number),
    ActionsSuppressorWaitPeriod: changes(number),
    AlarmName: replaces(text),
    AlarmRule: changes(text),
    Tags: changes(tagList),
  },
  required: ["AlarmRule"],
  exists: alarmExists,
  identify: (ctx) => ctx.name,
  async create(ctx, { Tags, ...properties }) {
    const input = { ...properties, AlarmName: ctx.name, Tags: tagPairs(tagsOf(ctx, Tags)) };
    await call(ctx, "cloudwatch", "PutCompositeAlarm", input);
    return live(ctx);
  },
  async update(ctx, _, { Tags, ...properties }, before) {
    await call(ctx, "cloudwatch", "PutCompositeAlarm", { ...properties, AlarmName: ctx.name });
    await retagByArn(ctx, alarmArnOf(ctx), { after: Tags, before: before.Tags });
    return live(ctx);
  },
  delete: (ctx, { physicalId }) => deleteAlarm(ctx, physicalId),
});

function live(ctx: ResourceContext): LiveResource {
  return { physicalId: ctx.name, attributes: { Arn: alarmArnOf(ctx) } };
}
