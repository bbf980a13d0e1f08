import { notSupported } from "../../../wire/aws-error.ts";
import { awsManagedDocument, describeAwsManaged, isAwsManaged } from "../aws-managed-policy.ts";
import { describePolicy, requirePolicy, usageOf } from "../policy.ts";
import type { IamOperation } from "../ports.ts";

export const getPolicy: IamOperation<"GetPolicy"> = (ctx, input) => {
  const { PolicyArn } = input;
  const { accountId } = ctx;
  return ctx.store.read((tx) => {
    const usage = usageOf(tx, accountId, PolicyArn);
    if (!isAwsManaged(PolicyArn)) {
      return { Policy: describePolicy(requirePolicy(tx, accountId, PolicyArn), usage) };
    }
    if (awsManagedDocument(PolicyArn) === undefined) {
      throw notSupported("iam:GetPolicy", PolicyArn);
    }
    return { Policy: describeAwsManaged(PolicyArn, usage) };
  });
};
