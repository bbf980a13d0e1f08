import { notSupported } from "../../../wire/aws-error.ts";
import type { PolicyVersion as PolicyVersionOutput } from "../../../wire/models/iam.gen.ts";
import { AWS_MANAGED_VERSION, awsManagedDocument, isAwsManaged } from "../aws-managed-policy.ts";
import { noSuchPolicyVersion } from "../errors.ts";
import { requirePolicy } from "../policy.ts";
import { describeVersion, requireVersion } from "../policy-version.ts";
import type { IamOperation } from "../ports.ts";

export const getPolicyVersion: IamOperation<"GetPolicyVersion"> = (ctx, input) => {
  const { PolicyArn, VersionId } = input;
  if (isAwsManaged(PolicyArn)) {
    return Promise.resolve({ PolicyVersion: awsManagedVersion(PolicyArn, VersionId) });
  }
  return ctx.store.read((tx) => {
    const policy = requirePolicy(tx, ctx.accountId, PolicyArn);
    return { PolicyVersion: describeVersion(policy, requireVersion(policy, VersionId)) };
  });
};

function awsManagedVersion(arn: string, id: string): PolicyVersionOutput {
  const document = awsManagedDocument(arn);
  if (document === undefined) {
    throw notSupported("iam:GetPolicyVersion", arn);
  }
  if (id !== AWS_MANAGED_VERSION) {
    throw noSuchPolicyVersion(arn, id);
  }
  return { Document: encodeURIComponent(document), VersionId: id, IsDefaultVersion: true };
}
