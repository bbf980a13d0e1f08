/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-archive.html */
import { document, number, text } from "./property-shape.ts";
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
  unless,
} from "./resource-type.ts";

const GONE = ["ResourceNotFoundException"];

export const eventsArchive: ResourceType = resourceType({
  type: "AWS::Events::Archive",
  attributes: ["Arn", "ArchiveName"],
  physicalName: { property: "ArchiveName", lengthMax: 48 },
  properties: {
    ArchiveName: replaces(text),
    Description: changes(text),
    EventPattern: changes(document),
    KmsKeyIdentifier: changes(text),
    RetentionDays: changes(number),
    SourceArn: replaces(text),
  },
  required: ["SourceArn"],
  exists: (ctx) => found(GONE, call(ctx, "events", "DescribeArchive", { ArchiveName: ctx.name })),
  identify: (ctx) => ctx.name,
  async create(ctx, { SourceArn, ...rest }) {
    const input = { ...rest, ArchiveName: ctx.name, EventSourceArn: SourceArn };
    await created(
      ctx,
      ["ResourceAlreadyExistsException"],
      call(ctx, "events", "CreateArchive", input),
    );
    return live(ctx);
  },
  async update(ctx, _, { SourceArn: _source, ...properties }) {
    const gone = { Description: "", EventPattern: "", RetentionDays: 0 };
    const input = { ...gone, ...properties, ArchiveName: ctx.name };
    await call(ctx, "events", "UpdateArchive", input);
    return live(ctx);
  },
  async delete(ctx, { physicalId: ArchiveName }) {
    await unless(GONE, call(ctx, "events", "DeleteArchive", { ArchiveName }));
  },
});

async function live(ctx: ResourceContext): Promise<LiveResource> {
  const { ArchiveArn } = await call(ctx, "events", "DescribeArchive", { ArchiveName: ctx.name });
  return { physicalId: ctx.name, attributes: { Arn: ArchiveArn ?? "", ArchiveName: ctx.name } };
}
