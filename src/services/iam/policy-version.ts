/** Versions of managed policies on the wire. */
import { assert } from "../../base/assert.ts";
import type { PolicyVersion as PolicyVersionOutput } from "../../wire/models/iam.gen.ts";
import { dateOf } from "./date.ts";
import { noSuchPolicyVersion } from "./errors.ts";
import { findVersion, type Policy, type PolicyVersion, versionId } from "./policy.ts";

export function describeVersion(policy: Policy, version: PolicyVersion): PolicyVersionOutput {
  return {
    Document: encodeURIComponent(version.document),
    VersionId: versionId(version.number),
    IsDefaultVersion: version.number === policy.defaultVersion,
    CreateDate: dateOf(version.createdMs),
  };
}

export function requireVersion(policy: Policy, id: string): PolicyVersion {
  const version = findVersion(policy, id);
  if (version === undefined) {
    throw noSuchPolicyVersion(policy.arn, id);
  }
  return version;
}

export function newestVersion(policy: Policy): PolicyVersion {
  const version = policy.versions.at(-1);
  assert(version, "a managed policy has a version");
  return version;
}
