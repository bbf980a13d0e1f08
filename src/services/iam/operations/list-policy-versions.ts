import { page } from "../pages.ts";
import { type PolicyVersion, requirePolicy } from "../policy.ts";
import { describeVersion } from "../policy-version.ts";
import type { IamOperation } from "../ports.ts";

/** Newest first, without their documents. */
export const listPolicyVersions: IamOperation<"ListPolicyVersions"> = async (ctx, input) => {
  const policy = await ctx.store.read((tx) => requirePolicy(tx, ctx.accountId, input.PolicyArn));
  const versions = policy.versions.toReversed();
  // A page goes on behind the version it ended with, so that names must rise as numbers fall.
  const nameOf = ({ number }: PolicyVersion): string =>
    String(Number.MAX_SAFE_INTEGER - number).padStart(16, "0");
  const { items, rest } = page(versions, nameOf, input);
  return {
    Versions: items.map((version) => {
      const { Document: _, ...output } = describeVersion(policy, version);
      return output;
    }),
    ...rest,
  };
};
