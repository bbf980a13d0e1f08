import { requireAttachable } from "../attachment.ts";
import { entityId } from "../entity-id.ts";
import { accessDenied, quotaExceeded, roleAlreadyExists } from "../errors.ts";
import { boundaries, nameKey, roles, usageKey } from "../keys.ts";
import { ROLES_MAX, SESSION_SECONDS_DEFAULT } from "../limits.ts";
import type { IamOperation } from "../ports.ts";
import { describeRole, type Role } from "../role.ts";
import { withTags } from "../tags.ts";
import { checkTrustPolicy } from "../trust-policy.ts";

/** The service-linked path is AWS's own. */
const RESERVED_PATH = "/aws-service-role/";

export const createRole: IamOperation<"CreateRole"> = async (ctx, input) => {
  const { RoleName, AssumeRolePolicyDocument, Path = "/", PermissionsBoundary } = input;
  if (Path.startsWith(RESERVED_PATH)) {
    throw accessDenied(
      `Cannot create role ${RoleName} with a path that starts with ${RESERVED_PATH}.`,
    );
  }
  checkTrustPolicy(AssumeRolePolicyDocument);
  const tags = withTags({}, input.Tags ?? []);
  const role = await ctx.store.write((tx): Role => {
    const { accountId } = ctx;
    if (roles.get(tx, nameKey(accountId, RoleName)) !== undefined) {
      throw roleAlreadyExists(RoleName);
    }
    if ([...roles.list(tx, { prefix: [accountId] })].length >= ROLES_MAX) {
      throw quotaExceeded("RolesPerAccount", ROLES_MAX);
    }
    const created: Role = {
      name: RoleName,
      id: entityId(tx.random, "role"),
      arn: `arn:aws:iam::${accountId}:role${Path}${RoleName}`,
      path: Path,
      createdMs: tx.nowMs,
      trustPolicy: AssumeRolePolicyDocument,
      description: input.Description,
      maxSessionSeconds: input.MaxSessionDuration ?? SESSION_SECONDS_DEFAULT,
      boundaryArn: PermissionsBoundary,
      inlinePolicies: {},
      attachedPolicies: [],
      tags,
    };
    if (PermissionsBoundary !== undefined) {
      requireAttachable(tx, accountId, PermissionsBoundary);
      boundaries.put(tx, usageKey(accountId, PermissionsBoundary, RoleName), true);
    }
    roles.put(tx, nameKey(accountId, RoleName), created);
    return created;
  });
  return { Role: describeRole(role) };
};
