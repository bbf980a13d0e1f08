/**
 * Application Auto Scaling: bounds, policies and scheduled actions for DynamoDB's capacity.
 * Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/Welcome.html
 */
import type { JobKinds } from "../../outbox/job.ts";
import type { Sink } from "../../outbox/sink.ts";
import { bindOperations, type Operations, type Service } from "../service.ts";
import { deleteScalingPolicy } from "./operations/delete-scaling-policy.ts";
import { deleteScheduledAction } from "./operations/delete-scheduled-action.ts";
import { deregisterScalableTarget } from "./operations/deregister-scalable-target.ts";
import { describeScalableTargets } from "./operations/describe-scalable-targets.ts";
import { describeScalingActivities } from "./operations/describe-scaling-activities.ts";
import { describeScalingPolicies } from "./operations/describe-scaling-policies.ts";
import { describeScheduledActions } from "./operations/describe-scheduled-actions.ts";
import { listTagsForResource } from "./operations/list-tags-for-resource.ts";
import { putScalingPolicy } from "./operations/put-scaling-policy.ts";
import { putScheduledAction } from "./operations/put-scheduled-action.ts";
import { registerScalableTarget } from "./operations/register-scalable-target.ts";
import { tagResource } from "./operations/tag-resource.ts";
import { untagResource } from "./operations/untag-resource.ts";
import { ALARM_JOB, alarmJobs } from "./policy-alarms.ts";
import { policySink } from "./policy-sink.ts";
import type { AutoScalingPorts } from "./ports.ts";
import { SCALE_JOB, scalingJobs } from "./scaler.ts";
import { actionTimers } from "./scheduled-action.ts";

const operations: Operations<AutoScalingPorts, "applicationautoscaling"> = {
  DeleteScalingPolicy: deleteScalingPolicy,
  DeleteScheduledAction: deleteScheduledAction,
  DeregisterScalableTarget: deregisterScalableTarget,
  DescribeScalableTargets: describeScalableTargets,
  DescribeScalingActivities: describeScalingActivities,
  DescribeScalingPolicies: describeScalingPolicies,
  DescribeScheduledActions: describeScheduledActions,
  ListTagsForResource: listTagsForResource,
  PutScalingPolicy: putScalingPolicy,
  PutScheduledAction: putScheduledAction,
  RegisterScalableTarget: registerScalableTarget,
  TagResource: tagResource,
  UntagResource: untagResource,
};

export interface AutoScaling {
  readonly service: Service;
  /** What alarms tell of their state: the sink of `autoscaling`, as ARNs of policies name it. */
  readonly policies: Sink;
  /** For the outbox worker. */
  readonly jobs: JobKinds;
}

export function createApplicationAutoScaling(ports: AutoScalingPorts): AutoScaling {
  return {
    service: {
      name: "applicationautoscaling",
      operations: bindOperations<AutoScalingPorts, "applicationautoscaling">(ports, operations),
      timers: actionTimers,
    },
    policies: policySink,
    jobs: {
      [ALARM_JOB]: alarmJobs(ports) as JobKinds[string],
      [SCALE_JOB]: scalingJobs(ports) as JobKinds[string],
    },
  };
}
