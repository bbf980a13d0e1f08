/**
 * The rows of Application Auto Scaling.
 *
 * | key                                                              | value                       |
 * |------------------------------------------------------------------|-----------------------------|
 * | `applicationautoscaling`, `target`, account, region, name        | a target (`target.ts`)      |
 * | `applicationautoscaling`, `arn`, account, region, target id      | the name of the target      |
 * | `applicationautoscaling`, `policy`, account, region, name        | a policy (`policy.ts`)      |
 * | `applicationautoscaling`, `action`, account, region, name        | a scheduled action          |
 * | `applicationautoscaling`, `activity`, account, region, name, id  | what was scaled, and why    |
 *
 * The name of a target is its namespace, resource and dimension; that of a policy or an action has
 * its own name behind them. Parts are joined by a character that none of them can have.
 */
import type { Key } from "../../base/ordered-key.ts";

export interface Owner {
  readonly accountId: string;
  readonly region: string;
}

/** What is scaled. */
export interface TargetId {
  readonly namespace: string;
  readonly resourceId: string;
  readonly dimension: string;
}

const SEPARATOR = "\u0000";

export function ownerKey({ accountId, region }: Owner): Key {
  return [accountId, region];
}

export function nameOf({ namespace, resourceId, dimension }: TargetId, more?: string): string {
  const parts = [namespace, resourceId, dimension];
  return (more === undefined ? parts : [...parts, more]).join(SEPARATOR);
}

/** What the names of everything of a target start with. */
export function namePrefixOf(id: TargetId): string {
  return `${nameOf(id)}${SEPARATOR}`;
}

export function namespacePrefix(namespace: string): string {
  return `${namespace}${SEPARATOR}`;
}

export function targetKey(owner: Owner, id: TargetId): Key {
  return [...ownerKey(owner), nameOf(id)];
}

export function idOf(input: {
  readonly ServiceNamespace: string;
  readonly ResourceId: string;
  readonly ScalableDimension: string;
}): TargetId {
  return {
    namespace: input.ServiceNamespace,
    resourceId: input.ResourceId,
    dimension: input.ScalableDimension,
  };
}
