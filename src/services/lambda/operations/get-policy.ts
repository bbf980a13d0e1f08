import { resourceDoesNotExist } from "../errors.ts";
import { existingFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { policies, qualifiedKey } from "../keys.ts";
import { policyText } from "../policy.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html */
export const getPolicy: LambdaOperation<"GetPolicy"> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const policy = await ctx.store.read((tx) => {
    existingFunction(tx, reference);
    return policies.get(tx, qualifiedKey(reference));
  });
  if (policy === undefined) {
    throw resourceDoesNotExist();
  }
  return { Policy: policyText(policy), RevisionId: policy.revisionId };
};
