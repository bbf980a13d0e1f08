import { ownerGrants } from "../acl.ts";
import { canonicalUser } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";
import { requireVersion } from "../versioned.ts";

export const getObjectAcl: S3Operation<"GetObjectAcl"> = async (ctx, input) => {
  const { object } = await ctx.store.read((tx) => requireVersion(tx, input));
  return {
    Owner: canonicalUser(object.accountId),
    Grants: object.grants ?? ownerGrants(object.accountId),
  };
};
