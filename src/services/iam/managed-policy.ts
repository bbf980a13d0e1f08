/** The documents of managed policies. */
import { quotaExceeded } from "./errors.ts";
import { MANAGED_POLICY_SIZE_MAX } from "./limits.ts";
import { checkPolicyDocument, policySize } from "./policy-document.ts";

export function checkManagedPolicy(document: string): void {
  checkPolicyDocument(document, "permissions");
  if (policySize(document) > MANAGED_POLICY_SIZE_MAX) {
    throw quotaExceeded("PolicySize", MANAGED_POLICY_SIZE_MAX);
  }
}
