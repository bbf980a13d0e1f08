/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html */
import { retagByArn } from "./cloudwatch-shapes.ts";
import { document, tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  found,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  tagPairs,
  tagsOf,
  unless,
} from "./resource-type.ts";

const GONE = ["DashboardNotFoundError"];

export const cloudwatchDashboard: ResourceType = resourceType({
  type: "AWS::CloudWatch::Dashboard",
  physicalName: { property: "DashboardName", lengthMax: 255 },
  properties: {
    DashboardBody: changes(document),
    DashboardName: replaces(text),
    Tags: changes(tagList),
  },
  required: ["DashboardBody"],
  exists: (ctx) =>
    found(GONE, call(ctx, "cloudwatch", "GetDashboard", { DashboardName: ctx.name })),
  identify: (ctx) => ctx.name,
  async create(ctx, { DashboardBody, Tags }) {
    const input = { DashboardName: ctx.name, DashboardBody, Tags: tagPairs(tagsOf(ctx, Tags)) };
    await call(ctx, "cloudwatch", "PutDashboard", input);
    return live(ctx);
  },
  async update(ctx, _, { DashboardBody, Tags }, before) {
    await call(ctx, "cloudwatch", "PutDashboard", { DashboardName: ctx.name, DashboardBody });
    const arn = `arn:aws:cloudwatch::${ctx.caller.accountId}:dashboard/${ctx.name}`;
    await retagByArn(ctx, arn, { after: Tags, before: before.Tags });
    return live(ctx);
  },
  async delete(ctx, { physicalId }) {
    const input = { DashboardNames: [physicalId] };
    await unless(GONE, call(ctx, "cloudwatch", "DeleteDashboards", input));
  },
});

function live(ctx: ResourceContext): LiveResource {
  return { physicalId: ctx.name, attributes: {} };
}
