/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-logs-loggroup.html */
import { number, tagList, text } from "./property-shape.ts";
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

const GONE = ["ResourceNotFoundException"];

export const logsLogGroup: ResourceType = resourceType({
  type: "AWS::Logs::LogGroup",
  attributes: ["Arn"],
  physicalName: { property: "LogGroupName", lengthMax: 512 },
  properties: {
    KmsKeyId: changes(text),
    LogGroupClass: replaces(text),
    LogGroupName: replaces(text),
    RetentionInDays: changes(number),
    Tags: changes(tagList),
  },
  async exists(ctx) {
    const { logGroups } = await call(ctx, "logs", "DescribeLogGroups", {
      logGroupNamePrefix: ctx.name,
    });
    return (logGroups ?? []).some(({ logGroupName }) => logGroupName === ctx.name);
  },
  identify: (ctx) => ctx.name,
  async create(ctx, properties) {
    const tags = tagsOf(ctx, properties.Tags);
    await created(
      ctx,
      ["ResourceAlreadyExistsException"],
      call(ctx, "logs", "CreateLogGroup", {
        logGroupName: ctx.name,
        kmsKeyId: properties.KmsKeyId,
        logGroupClass: properties.LogGroupClass,
        // A map of tags is refused when it is empty.
        tags: Object.keys(tags).length === 0 ? undefined : tags,
      }),
    );
    await setRetention(ctx, properties.RetentionInDays, undefined);
    return live(ctx);
  },
  async update(ctx, _, properties, before) {
    const logGroupName = ctx.name;
    if (properties.KmsKeyId !== undefined) {
      await call(ctx, "logs", "AssociateKmsKey", { logGroupName, kmsKeyId: properties.KmsKeyId });
    } else if (before.KmsKeyId !== undefined) {
      await call(ctx, "logs", "DisassociateKmsKey", { logGroupName });
    }
    await setRetention(ctx, properties.RetentionInDays, before.RetentionInDays);
    const resourceArn = arnOf(ctx);
    await retag(
      ctx,
      { after: properties.Tags, before: before.Tags },
      {
        tag: (added) => call(ctx, "logs", "TagResource", { resourceArn, tags: added }),
        untag: (keys) => call(ctx, "logs", "UntagResource", { resourceArn, tagKeys: keys }),
      },
    );
    return live(ctx);
  },
  async delete(ctx, { physicalId: logGroupName }) {
    await unless(GONE, call(ctx, "logs", "DeleteLogGroup", { logGroupName }));
  },
});

async function setRetention(
  ctx: ResourceContext,
  days: number | undefined,
  before: number | undefined,
): Promise<void> {
  const logGroupName = ctx.name;
  if (days !== undefined) {
    await call(ctx, "logs", "PutRetentionPolicy", { logGroupName, retentionInDays: days });
  } else if (before !== undefined) {
    await call(ctx, "logs", "DeleteRetentionPolicy", { logGroupName });
  }
}

function arnOf(ctx: ResourceContext): string {
  const { region, accountId } = ctx.caller;
  return `arn:aws:logs:${region}:${accountId}:log-group:${ctx.name}`;
}

function live(ctx: ResourceContext): LiveResource {
  return { physicalId: ctx.name, attributes: { Arn: `${arnOf(ctx)}:*` } };
}
