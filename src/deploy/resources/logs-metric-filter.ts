/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html */
import { boolean, list, number, object, text } from "./property-shape.ts";
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

const transformation = object(
  {
    DefaultValue: number,
    Dimensions: list(object({ Key: text, Value: text }, ["Key", "Value"])),
    MetricName: text,
    MetricNamespace: text,
    MetricValue: text,
    Unit: text,
  },
  ["MetricName", "MetricNamespace", "MetricValue"],
);

interface Properties {
  readonly ApplyOnTransformedLogs?: boolean | undefined;
  readonly FilterPattern: string;
  readonly LogGroupName: string;
  readonly MetricTransformations: readonly ReturnType<typeof transformation>[];
}

export const logsMetricFilter: ResourceType = resourceType({
  type: "AWS::Logs::MetricFilter",
  physicalName: { property: "FilterName", lengthMax: 512 },
  properties: {
    ApplyOnTransformedLogs: changes(boolean),
    FilterName: replaces(text),
    FilterPattern: changes(text),
    LogGroupName: replaces(text),
    MetricTransformations: changes(list(transformation)),
  },
  required: ["FilterPattern", "LogGroupName", "MetricTransformations"],
  identify: (ctx) => ctx.name,
  create: put,
  update: (ctx, _, properties) => put(ctx, properties),
  async delete(ctx, { physicalId: filterName }, { LogGroupName: logGroupName }) {
    await unless(GONE, call(ctx, "logs", "DeleteMetricFilter", { logGroupName, filterName }));
  },
});

async function put(ctx: ResourceContext, properties: Properties): Promise<LiveResource> {
  await call(ctx, "logs", "PutMetricFilter", {
    logGroupName: properties.LogGroupName,
    filterName: ctx.name,
    filterPattern: properties.FilterPattern,
    applyOnTransformedLogs: properties.ApplyOnTransformedLogs,
    metricTransformations: properties.MetricTransformations.map((one) => ({
      metricName: one.MetricName,
      metricNamespace: one.MetricNamespace,
      metricValue: one.MetricValue,
      defaultValue: one.DefaultValue,
      unit: one.Unit,
      dimensions:
        one.Dimensions && Object.fromEntries(one.Dimensions.map(({ Key, Value }) => [Key, Value])),
    })),
  });
  return { physicalId: ctx.name, attributes: {} };
}
