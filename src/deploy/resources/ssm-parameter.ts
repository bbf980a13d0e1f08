/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ssm-parameter.html */
import { map, text } from "./property-shape.ts";
import {
  call,
  changes,
  found,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  tagChange,
  tagPairs,
  unless,
} from "./resource-type.ts";

const GONE = ["ParameterNotFound"];

const putShape = {
  AllowedPattern: changes(text),
  DataType: changes(text),
  Description: changes(text),
  Name: replaces(text),
  Policies: changes(text),
  Tags: changes(map(text)),
  Tier: changes(text),
  Type: changes(text),
  Value: changes(text),
};

export const ssmParameter: ResourceType = resourceType({
  type: "AWS::SSM::Parameter",
  attributes: ["Type", "Value"],
  physicalName: { property: "Name", lengthMax: 512 },
  properties: putShape,
  required: ["Type", "Value"],
  exists: (ctx) => found(GONE, call(ctx, "ssm", "GetParameter", { Name: ctx.name })),
  async create(ctx, properties) {
    const { Tags, ...rest } = properties;
    const tags = tagPairs({ ...ctx.stackTags, ...Tags });
    if (ctx.resumed) {
      return overwrite(ctx, rest, tagChange({ ...ctx, stackTagsBefore: {} }, Tags ?? {}, {}).added);
    }
    await call(ctx, "ssm", "PutParameter", { ...rest, Name: ctx.name, Tags: tags });
    return live(ctx, rest);
  },
  async update(ctx, _, properties, before) {
    const { Tags, ...rest } = properties;
    const tags = tagChange(ctx, Tags ?? {}, before.Tags ?? {});
    if (tags.removedKeys.length > 0) {
      await call(ctx, "ssm", "RemoveTagsFromResource", {
        ResourceType: "Parameter",
        ResourceId: ctx.name,
        TagKeys: tags.removedKeys,
      });
    }
    return overwrite(ctx, rest, tags.added);
  },
  async delete(ctx, { physicalId: Name }) {
    await unless(GONE, call(ctx, "ssm", "DeleteParameter", { Name }));
  },
});

type Put = { readonly Type: string; readonly Value: string };

/** `PutParameter` takes no tags together with `Overwrite`. */
async function overwrite(
  ctx: ResourceContext,
  parameter: Put,
  tags: Readonly<Record<string, string>>,
): Promise<LiveResource> {
  await call(ctx, "ssm", "PutParameter", { ...parameter, Name: ctx.name, Overwrite: true });
  if (Object.keys(tags).length > 0) {
    await call(ctx, "ssm", "AddTagsToResource", {
      ResourceType: "Parameter",
      ResourceId: ctx.name,
      Tags: tagPairs(tags),
    });
  }
  return live(ctx, parameter);
}

function live(ctx: ResourceContext, { Type, Value }: Put): LiveResource {
  return { physicalId: ctx.name, attributes: { Type, Value } };
}
