/**
 * The keys of IAM, which knows no regions. Names of one kind differ in more than their case, so
 * that keys have them in lower case.
 *
 * | key                                      | record   | what for                                  |
 * |------------------------------------------|----------|-------------------------------------------|
 * | iam role account name                    | `Role`   | with inline policies, attachments, tags   |
 * | iam policy account name                  | `Policy` | with its versions and tags                |
 * | iam attachment account policyArn role    | true     | which roles have a policy                 |
 * | iam boundary account policyArn role      | true     | which roles a policy bounds               |
 */
import type { Key } from "../../base/ordered-key.ts";
import { type Collection, collection } from "../../store/collection.ts";
import type { Policy } from "./policy.ts";
import type { Role } from "./role.ts";

export const roles: Collection<Role> = collection("iam", "role");
export const policies: Collection<Policy> = collection("iam", "policy");
export const attachments: Collection<true> = collection("iam", "attachment");
export const boundaries: Collection<true> = collection("iam", "boundary");

export function nameKey(accountId: string, name: string): Key {
  return [accountId, name.toLowerCase()];
}

/** In `attachments` and `boundaries`. */
export function usageKey(accountId: string, policyArn: string, roleName: string): Key {
  return [accountId, policyArn, roleName.toLowerCase()];
}
