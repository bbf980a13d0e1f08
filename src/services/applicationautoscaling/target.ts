/** Scalable targets: what may be scaled, and within which bounds. */
import { formatArn } from "../../base/arn.ts";
import { toHex } from "../../base/bytes.ts";
import { type Collection, collection } from "../../store/collection.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type {
  ScalableTarget,
  SuspendedState,
} from "../../wire/models/applicationautoscaling.gen.ts";
import { resourceNotFound, targetNotRegistered, validation } from "./errors.ts";
import { idOf, nameOf, type Owner, ownerKey, type TargetId, targetKey } from "./keys.ts";

export interface Target extends TargetId {
  readonly id: string;
  readonly min: number;
  readonly max: number;
  readonly roleArn: string;
  readonly createdMs: number;
  readonly suspended: SuspendedState;
  readonly tags: Readonly<Record<string, string>>;
  /** What a policy did last. */
  readonly scaled?: {
    readonly direction: "out" | "in";
    readonly atMs: number;
    /** The capacity before. */
    readonly from: number;
  };
}

export const targets: Collection<Target> = collection<Target>("applicationautoscaling", "target");

const names = collection<string>("applicationautoscaling", "arn");

/** What of DynamoDB can be scaled, and the form of the resource's id. */
export const DIMENSIONS: Readonly<Record<string, RegExp>> = {
  "dynamodb:table:ReadCapacityUnits": /^table\/[^/]+$/,
  "dynamodb:table:WriteCapacityUnits": /^table\/[^/]+$/,
  "dynamodb:index:ReadCapacityUnits": /^table\/[^/]+\/index\/[^/]+$/,
  "dynamodb:index:WriteCapacityUnits": /^table\/[^/]+\/index\/[^/]+$/,
};

/** Throws for what is not a dimension of DynamoDB; other services are refused by name. */
export function requireScalable(input: Parameters<typeof idOf>[0], operation: string): TargetId {
  const id = idOf(input);
  if (id.namespace !== "dynamodb") {
    throw notSupported(operation, `the service namespace ${id.namespace}`);
  }
  if (DIMENSIONS[id.dimension]?.test(id.resourceId) !== true) {
    throw validation("Unsupported service namespace, resource type or scalable dimension");
  }
  return id;
}

export function requireTarget(tx: ReadTx, owner: Owner, id: TargetId): Target {
  const target = targets.get(tx, targetKey(owner, id));
  if (target === undefined) {
    throw targetNotRegistered(id);
  }
  return target;
}

export function putTarget(tx: WriteTx, owner: Owner, target: Target): void {
  targets.put(tx, targetKey(owner, target), target);
  names.put(tx, [...ownerKey(owner), target.id], nameOf(target));
}

export function deleteTarget(tx: WriteTx, owner: Owner, target: Target): void {
  targets.delete(tx, targetKey(owner, target));
  names.delete(tx, [...ownerKey(owner), target.id]);
}

const ID_BYTES = 16;

/** A target that was not there: who asks gives its bounds. */
export function newTarget(
  tx: WriteTx,
  owner: Owner,
  id: TargetId,
  bounds: { readonly min: number; readonly max: number },
): Target {
  return {
    ...id,
    ...bounds,
    id: `0ec5${toHex(tx.random.bytes(ID_BYTES))}`,
    roleArn: serviceRole(owner),
    createdMs: tx.nowMs,
    suspended: {},
    tags: {},
  };
}

/** Source: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html */
function serviceRole({ accountId }: Owner): string {
  const path = "role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com";
  const name = "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable";
  return formatArn({ service: "iam", region: "", accountId, resource: `${path}/${name}` });
}

export function requireBounds({ min, max }: { readonly min: number; readonly max: number }): void {
  if (min < 1) {
    throw validation("Minimum capacity of a DynamoDB target must be at least 1");
  }
  if (max < min) {
    throw validation("Maximum capacity cannot be less than minimum capacity");
  }
}

export function targetArn(owner: Owner, { id }: Target): string {
  return formatArn({
    service: "application-autoscaling",
    region: owner.region,
    accountId: owner.accountId,
    resource: `scalable-target/${id}`,
  });
}

/** The target of an ARN, for operations on tags. */
export function targetByArn(tx: ReadTx, owner: Owner, arn: string): Target {
  const id = arn.split("scalable-target/")[1] ?? "";
  const name = id === "" ? undefined : names.get(tx, [...ownerKey(owner), id]);
  const target = name && targets.get(tx, [...ownerKey(owner), name]);
  if (!target || targetArn(owner, target) !== arn) {
    throw resourceNotFound(arn);
  }
  return target;
}

export function describeTarget(owner: Owner, target: Target): ScalableTarget {
  return {
    ServiceNamespace: target.namespace,
    ResourceId: target.resourceId,
    ScalableDimension: target.dimension,
    MinCapacity: target.min,
    MaxCapacity: target.max,
    RoleARN: target.roleArn,
    CreationTime: new Date(target.createdMs),
    SuspendedState: {
      DynamicScalingInSuspended: target.suspended.DynamicScalingInSuspended ?? false,
      DynamicScalingOutSuspended: target.suspended.DynamicScalingOutSuspended ?? false,
      ScheduledScalingSuspended: target.suspended.ScheduledScalingSuspended ?? false,
    },
    ScalableTargetARN: targetArn(owner, target),
  };
}
