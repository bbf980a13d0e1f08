/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-eventschemas-registry.html */
import { tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
  found,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  retag,
  tagsOf,
  unless,
} from "./resource-type.ts";

const GONE = ["NotFoundException"];

export const eventSchemasRegistry: ResourceType = resourceType({
  type: "AWS::EventSchemas::Registry",
  attributes: ["RegistryArn", "RegistryName"],
  physicalName: { property: "RegistryName", lengthMax: 64 },
  properties: {
    Description: changes(text),
    RegistryName: replaces(text),
    Tags: changes(tagList),
  },
  exists: (ctx) => found(GONE, describe(ctx)),
  identify: (ctx) => arnOf(ctx),
  async create(ctx, { Description, Tags }) {
    const input = { RegistryName: ctx.name, Description, Tags: tagsOf(ctx, Tags) };
    await created(ctx, ["ConflictException"], call(ctx, "schemas", "CreateRegistry", input));
    return live(ctx);
  },
  async update(ctx, _, { Description = "", Tags }, before) {
    await call(ctx, "schemas", "UpdateRegistry", { RegistryName: ctx.name, Description });
    const ResourceArn = arnOf(ctx);
    await retag(
      ctx,
      { after: Tags, before: before.Tags },
      {
        tag: (added) => call(ctx, "schemas", "TagResource", { ResourceArn, Tags: added }),
        untag: (keys) => call(ctx, "schemas", "UntagResource", { ResourceArn, TagKeys: keys }),
      },
    );
    return live(ctx);
  },
  async delete(ctx) {
    await unless(GONE, call(ctx, "schemas", "DeleteRegistry", { RegistryName: ctx.name }));
  },
});

function describe(ctx: ResourceContext): Promise<unknown> {
  return call(ctx, "schemas", "DescribeRegistry", { RegistryName: ctx.name });
}

function arnOf({ caller, name }: ResourceContext): string {
  return `arn:aws:schemas:${caller.region}:${caller.accountId}:registry/${name}`;
}

function live(ctx: ResourceContext) {
  const RegistryArn = arnOf(ctx);
  return { physicalId: RegistryArn, attributes: { RegistryArn, RegistryName: ctx.name } };
}
