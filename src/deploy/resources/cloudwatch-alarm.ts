/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html */
import {
  actionProperties,
  alarmArnOf,
  alarmExists,
  deleteAlarm,
  dimensions,
  metricQueries,
  retagByArn,
} from "./cloudwatch-shapes.ts";
import { number, tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  tagPairs,
  tagsOf,
} from "./resource-type.ts";

export const cloudwatchAlarm: ResourceType = resourceType({
  type: "AWS::CloudWatch::Alarm",
  attributes: ["Arn"],
  physicalName: { property: "AlarmName", lengthMax: 255 },
  properties: {
    ...actionProperties,
    AlarmName: replaces(text),
    ComparisonOperator: changes(text),
    DatapointsToAlarm: changes(number),
    Dimensions: changes(dimensions),
    EvaluateLowSampleCountPercentile: changes(text),
    EvaluationPeriods: changes(number),
    ExtendedStatistic: changes(text),
    MetricName: changes(text),
    Metrics: changes(metricQueries),
    Namespace: changes(text),
    Period: changes(number),
    Statistic: changes(text),
    Tags: changes(tagList),
    Threshold: changes(number),
    ThresholdMetricId: changes(text),
    TreatMissingData: changes(text),
    Unit: changes(text),
  },
  required: ["ComparisonOperator", "EvaluationPeriods"],
  exists: alarmExists,
  identify: (ctx) => ctx.name,
  async create(ctx, { Tags, ...properties }) {
    const input = { ...properties, AlarmName: ctx.name, Tags: tagPairs(tagsOf(ctx, Tags)) };
    await call(ctx, "cloudwatch", "PutMetricAlarm", input);
    return live(ctx);
  },
  async update(ctx, _, { Tags, ...properties }, before) {
    await call(ctx, "cloudwatch", "PutMetricAlarm", { ...properties, AlarmName: ctx.name });
    await retagByArn(ctx, alarmArnOf(ctx), { after: Tags, before: before.Tags });
    return live(ctx);
  },
  delete: (ctx, { physicalId }) => deleteAlarm(ctx, physicalId),
});

function live(ctx: ResourceContext): LiveResource {
  return { physicalId: ctx.name, attributes: { Arn: alarmArnOf(ctx) } };
}
