/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-events-eventbus.html */
import { object, tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
  found,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  retag,
  tagPairs,
  tagsOf,
  unless,
} from "./resource-type.ts";

const GONE = ["ResourceNotFoundException"];

export const eventsEventBus: ResourceType = resourceType({
  type: "AWS::Events::EventBus",
  attributes: ["Arn", "Name"],
  physicalName: { property: "Name", lengthMax: 256 },
  properties: {
    DeadLetterConfig: changes(object({ Arn: text })),
    Description: changes(text),
    KmsKeyIdentifier: changes(text),
    Name: replaces(text),
    Tags: changes(tagList),
  },
  required: ["Name"],
  exists: (ctx) => found(GONE, call(ctx, "events", "DescribeEventBus", { Name: ctx.name })),
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    const { Tags, ...rest } = properties;
    await created(
      ctx,
      ["ResourceAlreadyExistsException"],
      call(ctx, "events", "CreateEventBus", { ...rest, Tags: tagPairs(tagsOf(ctx, Tags)) }),
    );
    return live(ctx);
  },
  async update(ctx, _, properties, before) {
    const { Tags, ...rest } = properties;
    await call(ctx, "events", "UpdateEventBus", rest);
    const result = await live(ctx);
    const ResourceARN = String(result.attributes["Arn"]);
    await retag(
      ctx,
      { after: Tags, before: before.Tags },
      {
        tag: (added) => call(ctx, "events", "TagResource", { ResourceARN, Tags: tagPairs(added) }),
        untag: (keys) => call(ctx, "events", "UntagResource", { ResourceARN, TagKeys: keys }),
      },
    );
    return result;
  },
  async delete(ctx, { physicalId: Name }) {
    await unless(GONE, call(ctx, "events", "DeleteEventBus", { Name }));
  },
});

async function live(ctx: ResourceContext): Promise<LiveResource> {
  const { Arn } = await call(ctx, "events", "DescribeEventBus", { Name: ctx.name });
  return { physicalId: ctx.name, attributes: { Arn: Arn ?? "", Name: ctx.name } };
}
