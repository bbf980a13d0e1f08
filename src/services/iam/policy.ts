/** Managed policies: the account's own, with their versions. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Policy as PolicyOutput } from "../../wire/models/iam.gen.ts";
import type { CorePorts, RequestContext } from "../service.ts";
import { dateOf } from "./date.ts";
import { noSuchPolicy } from "./errors.ts";
import { attachments, boundaries, nameKey, policies } from "./keys.ts";
import { checkedArn, policyName } from "./policy-arn.ts";
import { type Tags, tagsMember } from "./tags.ts";

export interface Policy {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  readonly description: string | undefined;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** Oldest first. */
  readonly versions: readonly PolicyVersion[];
  readonly defaultVersion: number;
  /** The number of the newest version there ever was. */
  readonly lastVersion: number;
  readonly tags: Tags;
}

export interface PolicyVersion {
  readonly number: number;
  readonly document: string;
  readonly createdMs: number;
}

/** `undefined` when the account has none of this ARN. */
export function findPolicy(tx: ReadTx, accountId: string, arn: string): Policy | undefined {
  const name = policyName(checkedArn(arn));
  const policy = policies.get(tx, nameKey(accountId, name));
  return policy?.arn === arn ? policy : undefined;
}

export function requirePolicy(tx: ReadTx, accountId: string, arn: string): Policy {
  const policy = findPolicy(tx, accountId, arn);
  if (policy === undefined) {
    throw noSuchPolicy(arn);
  }
  return policy;
}

/** Runs `change` on a policy in a transaction of its own, stores and returns what it gives. */
export function changePolicy(
  ctx: RequestContext & CorePorts,
  arn: string,
  change: (policy: Policy, tx: WriteTx) => Policy,
): Promise<Policy> {
  return ctx.store.write((tx): Policy => {
    const changed = change(requirePolicy(tx, ctx.accountId, arn), tx);
    policies.put(tx, nameKey(ctx.accountId, changed.name), changed);
    return changed;
  });
}

export function versionId(number: number): string {
  return `v${number}`;
}

export function findVersion(policy: Policy, id: string): PolicyVersion | undefined {
  return policy.versions.find((version) => versionId(version.number) === id);
}

/** How many roles have the policy, and how many it bounds. */
export function usageOf(tx: ReadTx, accountId: string, arn: string): PolicyUsage {
  const prefix = [accountId, checkedArn(arn)];
  return {
    AttachmentCount: [...attachments.list(tx, { prefix })].length,
    PermissionsBoundaryUsageCount: [...boundaries.list(tx, { prefix })].length,
  };
}

export interface PolicyUsage {
  readonly AttachmentCount: number;
  readonly PermissionsBoundaryUsageCount: number;
}

/** As in lists, which leave out the description and the tags. */
export function listedPolicy(policy: Policy, usage: PolicyUsage): PolicyOutput {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: versionId(policy.defaultVersion),
    ...usage,
    IsAttachable: true,
    CreateDate: dateOf(policy.createdMs),
    UpdateDate: dateOf(policy.updatedMs),
  };
}

export function describePolicy(policy: Policy, usage: PolicyUsage): PolicyOutput {
  return {
    ...listedPolicy(policy, usage),
    Description: policy.description,
    ...tagsMember(policy.tags),
  };
}
