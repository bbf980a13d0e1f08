/**
 * The alarms of target tracking policies. They lie in CloudWatch and are put there by a job of the
 * outbox, after each change of the policy and of the capacity that their thresholds follow.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.HowItWorks.html
 */
import { formatArn } from "../../base/arn.ts";
import { addJob, type Job, type JobKind, type Outcome } from "../../outbox/job.ts";
import type { WriteTx } from "../../store/store.ts";
import { AwsError } from "../../wire/aws-error.ts";
import type { Alarm } from "../../wire/models/applicationautoscaling.gen.ts";
import type { Input } from "../../wire/operations.ts";
import { readCapacity } from "./capacity.ts";
import { nameOf, type Owner, ownerKey, type TargetId } from "./keys.ts";
import { LANE_CONCURRENCY_MAX } from "./limits.ts";
import { ownedBy } from "./owned.ts";
import { type Policy, type PolicyAlarm, policies, policyArn } from "./policy.ts";
import type { AutoScalingPorts } from "./ports.ts";

export const ALARM_JOB = "applicationautoscaling.alarms";

type AlarmRequest = Input<"cloudwatch", "PutMetricAlarm">;

interface AlarmJob extends Owner {
  /** Whose alarms are to be put. */
  readonly policy?: { readonly name: string; readonly target: TargetId };
  /** Alarms that are to be deleted. */
  readonly forget?: readonly string[];
}

interface Synced {
  readonly revision: number;
  readonly capacity: number;
}

/** With the names that AWS gives: tables and indexes also have alarms on what is provisioned. */
export function newAlarms(
  tx: WriteTx,
  { resourceId }: TargetId,
  tracking: Policy["tracking"],
): readonly PolicyAlarm[] {
  const roles: readonly PolicyAlarm["role"][] =
    tracking.PredefinedMetricSpecification === undefined
      ? ["AlarmHigh", "AlarmLow"]
      : ["AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh", "ProvisionedCapacityLow"];
  return roles.map((role) => ({
    role,
    name: `TargetTracking-${resourceId}-${role}-${tx.random.uuid()}`,
  }));
}

export function describeAlarms(owner: Owner, { alarms = [] }: Policy): Alarm[] {
  const { accountId, region } = owner;
  return alarms.map(({ name }) => ({
    AlarmName: name,
    AlarmARN: formatArn({ service: "cloudwatch", region, accountId, resource: `alarm:${name}` }),
  }));
}

export function putAlarmsSoon(tx: WriteTx, owner: Owner, policy: Policy): void {
  const { name, namespace, resourceId, dimension } = policy;
  add(tx, owner, { policy: { name, target: { namespace, resourceId, dimension } } }, policy);
}

/** After a change of the capacity. */
export function refreshAlarms(tx: WriteTx, owner: Owner, id: TargetId): void {
  for (const policy of ownedBy(tx, owner, policies, id)) {
    putAlarmsSoon(tx, owner, policy);
  }
}

export function deleteAlarmsSoon(
  tx: WriteTx,
  owner: Owner,
  id: TargetId,
  alarms: readonly PolicyAlarm[] = [],
): void {
  if (alarms.length > 0) {
    add(tx, owner, { forget: alarms.map(({ name }) => name) }, id);
  }
}

function add(tx: WriteTx, owner: Owner, job: Omit<AlarmJob, keyof Owner>, id: TargetId): void {
  const { accountId, region } = owner;
  const lane = `${accountId}/${region}/${nameOf(id)}`;
  const body: AlarmJob = { accountId, region, ...job };
  addJob(tx, { kind: ALARM_JOB, lane, body });
}

export function alarmJobs(ports: AutoScalingPorts): JobKind<AlarmJob, Synced | undefined> {
  return {
    laneConcurrencyMax: LANE_CONCURRENCY_MAX,
    attempt: (job) => attempt(ports, job),
    settle(tx, { body }, outcome) {
      if (outcome.kind === "delivered" && outcome.detail !== undefined && body.policy) {
        noteSynced(tx, body, outcome.detail);
      }
      return outcome.kind === "dropped" ? [`Alarms are not kept: ${outcome.because}`] : [];
    },
  };
}

function keyOf(owner: Owner, { name, target }: NonNullable<AlarmJob["policy"]>) {
  return [...ownerKey(owner), nameOf(target, name)];
}

async function attempt(
  ports: AutoScalingPorts,
  { body }: Job<AlarmJob>,
): Promise<Outcome<AlarmJob, Synced | undefined>> {
  try {
    await forget(ports, body);
    return { kind: "delivered", detail: await putAlarms(ports, body) };
  } catch (error) {
    if (error instanceof AwsError) {
      return { kind: "dropped", because: error.message };
    }
    throw error;
  }
}

async function forget({ dispatcher }: AutoScalingPorts, body: AlarmJob): Promise<void> {
  const { accountId, region, forget: names = [] } = body;
  for (const name of names) {
    try {
      await dispatcher.call({ accountId, region }, "cloudwatch", "DeleteAlarms", {
        AlarmNames: [name],
      });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "ResourceNotFound") {
        throw error;
      }
    }
  }
}

/** Nothing when the policy is gone, or its alarms are already those of its capacity. */
async function putAlarms(ports: AutoScalingPorts, body: AlarmJob): Promise<Synced | undefined> {
  const { policy: wanted, accountId, region } = body;
  const owner = { accountId, region };
  const policy = wanted && (await ports.store.read((tx) => policies.get(tx, keyOf(owner, wanted))));
  if (policy === undefined) {
    return undefined;
  }
  const { current: capacity } = await readCapacity(ports.dispatcher, owner, policy);
  if (policy.alarmedFor === capacity) {
    return undefined;
  }
  for (const request of alarmRequests(owner, policy, capacity)) {
    await ports.dispatcher.call(owner, "cloudwatch", "PutMetricAlarm", request);
  }
  return { revision: policy.revision ?? 0, capacity };
}

function noteSynced(tx: WriteTx, body: AlarmJob, { revision, capacity }: Synced): void {
  const key = body.policy && keyOf(body, body.policy);
  const policy = key && policies.get(tx, key);
  if (key !== undefined && policy !== undefined && (policy.revision ?? 0) === revision) {
    policies.put(tx, key, { ...policy, alarmedFor: capacity });
  }
}

function alarmRequests(owner: Owner, policy: Policy, capacity: number): readonly AlarmRequest[] {
  const arn = policyArn(owner, policy);
  return (policy.alarms ?? []).map(({ role, name }) => ({
    AlarmName: name,
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${arn}.`,
    ActionsEnabled: true,
    AlarmActions: [arn],
    ComparisonOperator: role.endsWith("High") ? "GreaterThanThreshold" : "LessThanThreshold",
    ...metricOf(policy, role, capacity),
  }));
}

type AlarmMetric = Pick<
  AlarmRequest,
  | "MetricName"
  | "Namespace"
  | "Dimensions"
  | "Statistic"
  | "Unit"
  | "Period"
  | "EvaluationPeriods"
  | "Threshold"
>;

const MINUTE_S = 60;
const LOW_PERIODS = 15;
/** Points of percent below the target at which a table is scaled in. */
const LOW_DISTANCE = 20;
/** Of other metrics: the share of the target. */
const LOW_SHARE = 0.9;

function metricOf(policy: Policy, role: PolicyAlarm["role"], capacity: number): AlarmMetric {
  const { TargetValue: target, CustomizedMetricSpecification: custom } = policy.tracking;
  if (custom !== undefined) {
    const { MetricName, Namespace, Dimensions = [], Statistic, Unit } = custom;
    return {
      MetricName,
      Namespace,
      Dimensions: Dimensions.map(({ Name, Value }) => ({ Name, Value })),
      Statistic,
      ...(Unit !== undefined && { Unit }),
      Period: MINUTE_S,
      EvaluationPeriods: role === "AlarmHigh" ? 3 : LOW_PERIODS,
      Threshold: role === "AlarmHigh" ? target : target * LOW_SHARE,
    };
  }
  const unit = policy.dimension.split(":").at(-1) ?? "";
  const shared = { Namespace: "AWS/DynamoDB", Dimensions: tableDimensions(policy) };
  if (role === "ProvisionedCapacityHigh" || role === "ProvisionedCapacityLow") {
    return {
      ...shared,
      MetricName: `Provisioned${unit}`,
      Statistic: "Average",
      Period: 5 * MINUTE_S,
      EvaluationPeriods: 3,
      Threshold: capacity,
    };
  }
  // At the lowest target a table is scaled in below half of it, or it never would be.
  const percent = role === "AlarmHigh" ? target : Math.max(target - LOW_DISTANCE, target / 2);
  return {
    ...shared,
    MetricName: `Consumed${unit}`,
    Statistic: "Sum",
    Period: MINUTE_S,
    EvaluationPeriods: role === "AlarmHigh" ? 2 : LOW_PERIODS,
    Threshold: (percent * capacity * MINUTE_S) / 100,
  };
}

function tableDimensions({ resourceId }: TargetId) {
  const [, table = "", , index] = resourceId.split("/");
  const own = { Name: "TableName", Value: table };
  return index === undefined ? [own] : [own, { Name: "GlobalSecondaryIndexName", Value: index }];
}
