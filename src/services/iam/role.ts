/** Roles, with what is inside them: inline policies, attached policies, tags. */
import { parseArn } from "../../base/arn.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Role as RoleOutput } from "../../wire/models/iam.gen.ts";
import type { CorePorts, RequestContext } from "../service.ts";
import { dateOf } from "./date.ts";
import { noSuchRole } from "./errors.ts";
import { nameKey, roles } from "./keys.ts";
import { type Tags, tagsMember } from "./tags.ts";

export interface Role {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  readonly createdMs: number;
  readonly trustPolicy: string;
  readonly description: string | undefined;
  readonly maxSessionSeconds: number;
  readonly boundaryArn: string | undefined;
  /** Documents by the name of the policy. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  /** ARNs in the order of attachment. */
  readonly attachedPolicies: readonly string[];
  readonly tags: Tags;
}

const NAME = /^[\w+=,.@-]{1,64}$/;

export function requireRole(tx: ReadTx, accountId: string, name: string): Role {
  const role = roles.get(tx, nameKey(accountId, name));
  if (role?.name !== name) {
    throw noSuchRole(name);
  }
  return role;
}

/** Runs `change` on a role in a transaction of its own and stores what it gives. */
export async function changeRole(
  ctx: RequestContext & CorePorts,
  name: string,
  change: (role: Role, tx: WriteTx) => Role,
): Promise<void> {
  await ctx.store.write((tx) => {
    const role = requireRole(tx, ctx.accountId, name);
    roles.put(tx, nameKey(ctx.accountId, name), change(role, tx));
  });
}

export function readRole(ctx: RequestContext & CorePorts, name: string): Promise<Role> {
  return ctx.store.read((tx) => requireRole(tx, ctx.accountId, name));
}

export function roleByArn(tx: ReadTx, arn: string): Role | undefined {
  const parsed = parseArn(arn);
  const name = parsed?.resource.split("/").at(-1) ?? "";
  if (parsed?.service !== "iam" || !NAME.test(name)) {
    return undefined;
  }
  const role = roles.get(tx, nameKey(parsed.accountId, name));
  return role?.arn === arn ? role : undefined;
}

/** As in lists: boundary and tags come with `describeRole` only. */
export function listedRole(role: Role): RoleOutput {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: dateOf(role.createdMs),
    AssumeRolePolicyDocument: encodeURIComponent(role.trustPolicy),
    Description: role.description,
    MaxSessionDuration: role.maxSessionSeconds,
  };
}

export function describeRole(role: Role): RoleOutput {
  const boundary = role.boundaryArn && {
    PermissionsBoundary: {
      PermissionsBoundaryType: "Policy",
      PermissionsBoundaryArn: role.boundaryArn,
    },
  };
  return { ...listedRole(role), ...boundary, ...tagsMember(role.tags) };
}
