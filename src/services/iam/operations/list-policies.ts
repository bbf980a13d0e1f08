import type { ReadTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Policy as PolicyOutput } from "../../../wire/models/iam.gen.ts";
import { describeAwsManaged, isAwsManaged } from "../aws-managed-policy.ts";
import { attachments, policies } from "../keys.ts";
import { page } from "../pages.ts";
import { listedPolicy, usageOf } from "../policy.ts";
import type { IamOperation } from "../ports.ts";

/** AWS's own policies are listed where they are in use. */
export const listPolicies: IamOperation<"ListPolicies"> = async (ctx, input) => {
  const { Scope = "All", OnlyAttached = false, PathPrefix = "/" } = input;
  if (!OnlyAttached && Scope !== "Local") {
    throw notSupported("iam:ListPolicies", "the list of all policies that AWS manages");
  }
  const { PolicyUsageFilter } = input;
  const { items, rest } = await ctx.store.read((tx) => {
    const own = Scope === "AWS" ? [] : ownPolicies(tx, ctx.accountId);
    const managed = Scope === "Local" ? [] : usedAwsPolicies(tx, ctx.accountId);
    const wanted = [...own, ...managed]
      .filter(({ Path = "/" }) => Path.startsWith(PathPrefix))
      .filter((policy) => !OnlyAttached || (policy.AttachmentCount ?? 0) > 0)
      .filter((policy) => isUsedAs(policy, PolicyUsageFilter))
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return page(wanted, keyOf, input);
  });
  return { Policies: items, ...rest };
};

function keyOf(policy: PolicyOutput): string {
  return `${policy.PolicyName?.toLowerCase()} ${policy.Arn}`;
}

function isUsedAs(policy: PolicyOutput, filter: string | undefined): boolean {
  return filter !== "PermissionsBoundary" || (policy.PermissionsBoundaryUsageCount ?? 0) > 0;
}

function ownPolicies(tx: ReadTx, accountId: string): readonly PolicyOutput[] {
  return [...policies.list(tx, { prefix: [accountId] })].map(({ record }) =>
    listedPolicy(record, usageOf(tx, accountId, record.arn)),
  );
}

function usedAwsPolicies(tx: ReadTx, accountId: string): readonly PolicyOutput[] {
  const used = [...attachments.list(tx, { prefix: [accountId] })].map(({ id }) => String(id[1]));
  const arns = [...new Set(used)].filter(isAwsManaged);
  return arns.map((arn) => describeAwsManaged(arn, usageOf(tx, accountId, arn)));
}
