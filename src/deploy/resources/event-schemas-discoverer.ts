/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-eventschemas-discoverer.html */
import { boolean, tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
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

export const eventSchemasDiscoverer: ResourceType = resourceType({
  type: "AWS::EventSchemas::Discoverer",
  attributes: ["CrossAccount", "DiscovererArn", "DiscovererId", "State"],
  properties: {
    CrossAccount: changes(boolean),
    Description: changes(text),
    SourceArn: replaces(text),
    Tags: changes(tagList),
  },
  required: ["SourceArn"],
  identify: (ctx, { SourceArn }) => arnOf(ctx, idOf(SourceArn)),
  async create(ctx, { Tags, ...rest }) {
    const input = { ...rest, Tags: tagsOf(ctx, Tags) };
    await created(ctx, ["ConflictException"], call(ctx, "schemas", "CreateDiscoverer", input));
    return live(ctx, idOf(rest.SourceArn));
  },
  async update(ctx, _, { SourceArn, Description = "", CrossAccount = true, Tags }, before) {
    const DiscovererId = idOf(SourceArn);
    const input = { DiscovererId, Description, CrossAccount };
    await call(ctx, "schemas", "UpdateDiscoverer", input);
    const ResourceArn = arnOf(ctx, DiscovererId);
    await retag(
      ctx,
      { after: Tags, before: before.Tags },
      {
        tag: (added) => call(ctx, "schemas", "TagResource", { ResourceArn, Tags: added }),
        untag: (keys) => call(ctx, "schemas", "UntagResource", { ResourceArn, TagKeys: keys }),
      },
    );
    return live(ctx, DiscovererId);
  },
  async delete(ctx, _, { SourceArn }) {
    const DiscovererId = idOf(SourceArn);
    await unless(GONE, call(ctx, "schemas", "DeleteDiscoverer", { DiscovererId }));
  },
});

/** The service makes the id of a discoverer from the name of its bus. */
function idOf(sourceArn: string): string {
  return `events-${sourceArn.split(":").slice(5).join(":").replaceAll("/", "-")}`;
}

function arnOf({ caller }: ResourceContext, id: string): string {
  return `arn:aws:schemas:${caller.region}:${caller.accountId}:discoverer/${id}`;
}

async function live(ctx: ResourceContext, DiscovererId: string): Promise<LiveResource> {
  const found = await call(ctx, "schemas", "DescribeDiscoverer", { DiscovererId });
  const DiscovererArn = found.DiscovererArn ?? "";
  return {
    physicalId: DiscovererArn,
    attributes: {
      DiscovererArn,
      DiscovererId,
      State: found.State ?? "",
      CrossAccount: found.CrossAccount ?? true,
    },
  };
}
