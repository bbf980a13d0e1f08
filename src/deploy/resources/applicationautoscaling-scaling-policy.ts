/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalingpolicy.html */
import { boolean, list, number, object, PropertyError, text } from "./property-shape.ts";
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

const tracking = object(
  {
    CustomizedMetricSpecification: object({
      Dimensions: list(object({ Name: text, Value: text }, ["Name", "Value"])),
      MetricName: text,
      Namespace: text,
      Statistic: text,
      Unit: text,
    }),
    DisableScaleIn: boolean,
    PredefinedMetricSpecification: object({ PredefinedMetricType: text, ResourceLabel: text }, [
      "PredefinedMetricType",
    ]),
    ScaleInCooldown: number,
    ScaleOutCooldown: number,
    TargetValue: number,
  },
  ["TargetValue"],
);

interface Properties {
  readonly PolicyName: string;
  readonly PolicyType: string;
  readonly ResourceId?: string | undefined;
  readonly ScalableDimension?: string | undefined;
  readonly ScalingTargetId?: string | undefined;
  readonly ServiceNamespace?: string | undefined;
  readonly TargetTrackingScalingPolicyConfiguration?: ReturnType<typeof tracking> | undefined;
}

export const applicationautoscalingScalingPolicy: ResourceType = resourceType({
  type: "AWS::ApplicationAutoScaling::ScalingPolicy",
  attributes: ["Arn"],
  properties: {
    PolicyName: replaces(text),
    PolicyType: changes(text),
    ResourceId: replaces(text),
    ScalableDimension: replaces(text),
    ScalingTargetId: replaces(text),
    ServiceNamespace: replaces(text),
    TargetTrackingScalingPolicyConfiguration: changes(tracking),
  },
  required: ["PolicyName", "PolicyType"],
  check: (properties) => {
    // A reference to a target is known only once that is made.
    if (properties.ScalingTargetId === undefined) {
      targetOf(properties);
    }
  },
  create: put,
  update: (ctx, _, properties) => put(ctx, properties),
  async delete(ctx, _, properties) {
    const { PolicyName } = properties;
    await unless(
      ["ObjectNotFoundException"],
      call(ctx, "applicationautoscaling", "DeleteScalingPolicy", {
        ...targetOf(properties),
        PolicyName,
      }),
    );
  },
});

async function put(ctx: ResourceContext, properties: Properties): Promise<LiveResource> {
  const { PolicyName, PolicyType, TargetTrackingScalingPolicyConfiguration } = properties;
  const { PolicyARN } = await call(ctx, "applicationautoscaling", "PutScalingPolicy", {
    ...targetOf(properties),
    PolicyName,
    PolicyType,
    TargetTrackingScalingPolicyConfiguration,
  });
  return { physicalId: PolicyARN, attributes: { Arn: PolicyARN } };
}

/** Named by the id of a target, or by the three parts of one. */
function targetOf(properties: Properties): {
  readonly ResourceId: string;
  readonly ScalableDimension: string;
  readonly ServiceNamespace: string;
} {
  const [resourceId, dimension, namespace] = properties.ScalingTargetId?.split("|") ?? [];
  const ResourceId = properties.ResourceId ?? resourceId;
  const ScalableDimension = properties.ScalableDimension ?? dimension;
  const ServiceNamespace = properties.ServiceNamespace ?? namespace;
  if (
    ResourceId === undefined ||
    ScalableDimension === undefined ||
    ServiceNamespace === undefined
  ) {
    throw new PropertyError(
      "Either ScalingTargetId or all three of [ResourceId, ScalableDimension, ServiceNamespace] " +
        "must be specified",
    );
  }
  return { ResourceId, ScalableDimension, ServiceNamespace };
}
