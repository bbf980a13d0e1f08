/** Which roles use a managed policy: attached, or as their permissions boundary. */

import type { Collection } from "../../store/collection.ts";
import type { ReadTx } from "../../store/store.ts";
import { isAwsManaged } from "./aws-managed-policy.ts";
import { notAttachable } from "./errors.ts";
import { roles } from "./keys.ts";
import { findPolicy } from "./policy.ts";
import { checkedArn } from "./policy-arn.ts";
import type { Role } from "./role.ts";

export function requireAttachable(tx: ReadTx, accountId: string, arn: string): void {
  if (!isAwsManaged(checkedArn(arn)) && findPolicy(tx, accountId, arn) === undefined) {
    throw notAttachable(arn);
  }
}

/** The roles of `usages`, which is `attachments` or `boundaries`. */
export function* rolesUsing(
  tx: ReadTx,
  usages: Collection<true>,
  { accountId, arn }: { readonly accountId: string; readonly arn: string },
): Iterable<Role> {
  for (const { id } of usages.list(tx, { prefix: [accountId, arn] })) {
    const role = roles.get(tx, [accountId, String(id[2])]);
    if (role !== undefined) {
      yield role;
    }
  }
}
