/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-eventschemas-schema.html */
import { document, tagList, text } from "./property-shape.ts";
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
  tagsOf,
  unless,
} from "./resource-type.ts";

const GONE = ["NotFoundException"];

export const eventSchemasSchema: ResourceType = resourceType({
  type: "AWS::EventSchemas::Schema",
  attributes: ["LastModified", "SchemaArn", "SchemaName", "SchemaVersion", "VersionCreatedDate"],
  physicalName: { property: "SchemaName", lengthMax: 385 },
  properties: {
    Content: changes(document),
    Description: changes(text),
    RegistryName: replaces(text),
    SchemaName: replaces(text),
    Tags: changes(tagList),
    Type: changes(text),
  },
  required: ["Content", "RegistryName", "Type"],
  exists: (ctx, { RegistryName }) =>
    found(GONE, call(ctx, "schemas", "DescribeSchema", { RegistryName, SchemaName: ctx.name })),
  identify: (ctx, { RegistryName }) => arnOf(ctx, RegistryName),
  async create(ctx, { Tags, ...rest }) {
    const input = { ...rest, SchemaName: ctx.name, Tags: tagsOf(ctx, Tags) };
    await created(ctx, ["ConflictException"], call(ctx, "schemas", "CreateSchema", input));
    return live(ctx, rest.RegistryName);
  },
  async update(ctx, _, { Tags, Description = "", ...rest }, before) {
    const input = { ...rest, Description, SchemaName: ctx.name };
    await call(ctx, "schemas", "UpdateSchema", input);
    const ResourceArn = arnOf(ctx, rest.RegistryName);
    await retag(
      ctx,
      { after: Tags, before: before.Tags },
      {
        tag: (added) => call(ctx, "schemas", "TagResource", { ResourceArn, Tags: added }),
        untag: (keys) => call(ctx, "schemas", "UntagResource", { ResourceArn, TagKeys: keys }),
      },
    );
    return live(ctx, rest.RegistryName);
  },
  async delete(ctx, _, { RegistryName }) {
    const named = { RegistryName, SchemaName: ctx.name };
    await unless(GONE, call(ctx, "schemas", "DeleteSchema", named));
  },
});

function arnOf({ caller, name }: ResourceContext, registry: string): string {
  return `arn:aws:schemas:${caller.region}:${caller.accountId}:schema/${registry}/${name}`;
}

async function live(ctx: ResourceContext, RegistryName: string): Promise<LiveResource> {
  const SchemaName = ctx.name;
  const found = await call(ctx, "schemas", "DescribeSchema", { RegistryName, SchemaName });
  const SchemaArn = found.SchemaArn ?? "";
  return {
    physicalId: SchemaArn,
    attributes: {
      SchemaArn,
      SchemaName,
      SchemaVersion: found.SchemaVersion ?? "",
      LastModified: found.LastModified?.toISOString() ?? "",
      VersionCreatedDate: found.VersionCreatedDate?.toISOString() ?? "",
    },
  };
}
