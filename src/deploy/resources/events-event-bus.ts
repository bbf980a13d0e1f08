/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-events-eventbus.html */
import { document, object, tagList, text } from "./property-shape.ts";
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
    Policy: changes(document),
    Tags: changes(tagList),
  },
  required: ["Name"],
  exists: (ctx) => found(GONE, call(ctx, "events", "DescribeEventBus", { Name: ctx.name })),
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    const { Tags, Policy, ...rest } = properties;
    await created(
      ctx,
      ["ResourceAlreadyExistsException"],
      call(ctx, "events", "CreateEventBus", { ...rest, Tags: tagPairs(tagsOf(ctx, Tags)) }),
    );
    await putPolicy(ctx, Policy);
    return live(ctx);
  },
  async update(ctx, _, properties, before) {
    const { Tags, Policy, ...rest } = properties;
    await call(ctx, "events", "UpdateEventBus", rest);
    if (Policy !== before.Policy) {
      await putPolicy(ctx, Policy);
    }
    if (Policy === undefined && before.Policy !== undefined) {
      const input = { EventBusName: ctx.name, RemoveAllPermissions: true };
      await unless(GONE, call(ctx, "events", "RemovePermission", input));
    }
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

async function putPolicy(ctx: ResourceContext, Policy: string | undefined): Promise<void> {
  if (Policy !== undefined) {
    await call(ctx, "events", "PutPermission", { EventBusName: ctx.name, Policy });
  }
}

async function live(ctx: ResourceContext): Promise<LiveResource> {
  const { Arn } = await call(ctx, "events", "DescribeEventBus", { Name: ctx.name });
  return { physicalId: ctx.name, attributes: { Arn: Arn ?? "", Name: ctx.name } };
}
