/** Target tracking policies, as they are kept. */
import { type Collection, collection } from "../../store/collection.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type {
  Alarm,
  ScalingPolicy,
  TargetTrackingScalingPolicyConfiguration,
} from "../../wire/models/applicationautoscaling.gen.ts";
import type { Input } from "../../wire/operations.ts";
import { validation } from "./errors.ts";
import type { Owner, TargetId } from "./keys.ts";

export interface Policy extends TargetId {
  readonly name: string;
  readonly id: string;
  readonly createdMs: number;
  readonly tracking: TargetTrackingScalingPolicyConfiguration;
  /** None of policies from before there were alarms. */
  readonly alarms?: readonly PolicyAlarm[];
  /** Counts up with each change. */
  readonly revision?: number;
  /** The capacity that the thresholds of the alarms stand for. */
  readonly alarmedFor?: number;
}

export interface PolicyAlarm {
  readonly role: "AlarmHigh" | "AlarmLow" | "ProvisionedCapacityHigh" | "ProvisionedCapacityLow";
  readonly name: string;
}

export const policies: Collection<Policy> = collection<Policy>("applicationautoscaling", "policy");

const PREDEFINED: Readonly<Record<string, string>> = {
  ReadCapacityUnits: "DynamoDBReadCapacityUtilization",
  WriteCapacityUnits: "DynamoDBWriteCapacityUtilization",
};

/** In percent: what a table may be aimed to use of its capacity. */
const UTILIZATION_MIN = 20;
const UTILIZATION_MAX = 90;

/** Source: https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-dynamodb.html */
export function trackingOf(
  id: TargetId,
  input: Input<"applicationautoscaling", "PutScalingPolicy">,
  present: Policy | undefined,
): TargetTrackingScalingPolicyConfiguration {
  if (input.PredictiveScalingPolicyConfiguration !== undefined) {
    throw notSupported("PutScalingPolicy", "PredictiveScalingPolicyConfiguration");
  }
  const isKnown = input.PolicyType === undefined && present !== undefined;
  const isTracking = isKnown || input.PolicyType === "TargetTrackingScaling";
  if (!isTracking || input.StepScalingPolicyConfiguration !== undefined) {
    throw validation(
      `The scaling policy type ${input.PolicyType ?? "StepScaling"} is not supported ` +
        `for the service namespace ${id.namespace}`,
    );
  }
  const tracking = input.TargetTrackingScalingPolicyConfiguration ?? present?.tracking;
  if (tracking === undefined) {
    throw validation(
      "TargetTrackingScalingPolicyConfiguration must be specified for a TargetTrackingScaling policy",
    );
  }
  requireMetric(id, tracking);
  return tracking;
}

function requireMetric(id: TargetId, tracking: TargetTrackingScalingPolicyConfiguration): void {
  const {
    PredefinedMetricSpecification: predefined,
    CustomizedMetricSpecification: customized,
    TargetValue: value,
  } = tracking;
  if ((predefined === undefined) === (customized === undefined)) {
    throw validation(
      "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification " +
        "must be specified",
    );
  }
  if (customized !== undefined) {
    requireCustomized(customized);
  }
  if (predefined === undefined) {
    return;
  }
  const unit = id.dimension.split(":").at(-1) ?? "";
  if (predefined.PredefinedMetricType !== PREDEFINED[unit]) {
    throw validation(
      `The predefined metric type ${predefined.PredefinedMetricType} is not supported ` +
        `for the scalable dimension ${id.dimension}`,
    );
  }
  if (value < UTILIZATION_MIN || value > UTILIZATION_MAX) {
    throw validation(
      `Target value of ${predefined.PredefinedMetricType} must be between ` +
        `${UTILIZATION_MIN} and ${UTILIZATION_MAX}`,
    );
  }
}

function requireCustomized(
  metric: NonNullable<TargetTrackingScalingPolicyConfiguration["CustomizedMetricSpecification"]>,
): void {
  if (metric.Metrics !== undefined) {
    throw notSupported("PutScalingPolicy", "Metrics of CustomizedMetricSpecification");
  }
  for (const member of ["MetricName", "Namespace", "Statistic"] as const) {
    if (metric[member] === undefined) {
      throw validation(`${member} must be specified for a CustomizedMetricSpecification`);
    }
  }
}

export function policyArn({ accountId, region }: Owner, policy: Policy): string {
  return (
    `arn:aws:autoscaling:${region}:${accountId}:scalingPolicy:${policy.id}:` +
    `resource/${policy.namespace}/${policy.resourceId}:policyName/${policy.name}`
  );
}

export function describePolicy(
  owner: Owner,
  policy: Policy,
  alarms: readonly Alarm[],
): ScalingPolicy {
  return {
    PolicyARN: policyArn(owner, policy),
    PolicyName: policy.name,
    ServiceNamespace: policy.namespace,
    ResourceId: policy.resourceId,
    ScalableDimension: policy.dimension,
    PolicyType: "TargetTrackingScaling",
    CreationTime: new Date(policy.createdMs),
    TargetTrackingScalingPolicyConfiguration: policy.tracking,
    Alarms: [...alarms],
  };
}
