/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-subscriptionfilter.html */
import { boolean, list, text } from "./property-shape.ts";
import {
  call,
  changes,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

const GONE = ["ResourceNotFoundException"];

interface Properties {
  readonly ApplyOnTransformedLogs?: boolean | undefined;
  readonly DestinationArn: string;
  readonly Distribution?: string | undefined;
  readonly EmitSystemFields?: readonly string[] | undefined;
  readonly FieldSelectionCriteria?: string | undefined;
  readonly FilterPattern: string;
  readonly LogGroupName: string;
  readonly RoleArn?: string | undefined;
}

export const logsSubscriptionFilter: ResourceType = resourceType({
  type: "AWS::Logs::SubscriptionFilter",
  physicalName: { property: "FilterName", lengthMax: 512 },
  properties: {
    ApplyOnTransformedLogs: changes(boolean),
    DestinationArn: changes(text),
    Distribution: changes(text),
    EmitSystemFields: changes(list(text)),
    FieldSelectionCriteria: changes(text),
    FilterName: replaces(text),
    FilterPattern: changes(text),
    LogGroupName: replaces(text),
    RoleArn: changes(text),
  },
  required: ["DestinationArn", "FilterPattern", "LogGroupName"],
  identify: (ctx) => ctx.name,
  create: put,
  update: (ctx, _, properties) => put(ctx, properties),
  async delete(ctx, { physicalId: filterName }, { LogGroupName: logGroupName }) {
    await unless(GONE, call(ctx, "logs", "DeleteSubscriptionFilter", { logGroupName, filterName }));
  },
});

async function put(ctx: ResourceContext, properties: Properties): Promise<LiveResource> {
  await call(ctx, "logs", "PutSubscriptionFilter", {
    logGroupName: properties.LogGroupName,
    filterName: ctx.name,
    filterPattern: properties.FilterPattern,
    destinationArn: properties.DestinationArn,
    distribution: properties.Distribution,
    roleArn: properties.RoleArn,
    applyOnTransformedLogs: properties.ApplyOnTransformedLogs,
    fieldSelectionCriteria: properties.FieldSelectionCriteria,
    emitSystemFields: properties.EmitSystemFields,
  });
  return { physicalId: ctx.name, attributes: {} };
}
