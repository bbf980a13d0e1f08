/** The policy of a role that says who may assume it. */
import { quotaExceeded } from "./errors.ts";
import { TRUST_POLICY_SIZE_MAX } from "./limits.ts";
import { checkPolicyDocument, policySize } from "./policy-document.ts";

export function checkTrustPolicy(document: string): void {
  checkPolicyDocument(document, "trust");
  if (policySize(document) > TRUST_POLICY_SIZE_MAX) {
    throw quotaExceeded("ACLSizePerRole", TRUST_POLICY_SIZE_MAX);
  }
}
