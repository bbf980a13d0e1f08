import { locateLive } from "../locate.ts";
import { checkPolicy, isPublicPolicy } from "../policy.ts";
import type { SecretsManagerOperation } from "../ports.ts";

/**
 * Two of AWS's three checks: that the text is a policy, and that it does not let everybody in.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ValidateResourcePolicy.html
 */
export const validateResourcePolicy: SecretsManagerOperation<"ValidateResourcePolicy"> = async (
  ctx,
  input,
) => {
  const { SecretId: id, ResourcePolicy: policy } = input;
  if (id !== undefined) {
    const wanted = { asker: ctx, operation: "ValidateResourcePolicy", id };
    await ctx.store.read((tx) => void locateLive(tx, wanted));
  }
  checkPolicy(policy);
  return isPublicPolicy(policy)
    ? {
        PolicyValidationPassed: false,
        ValidationErrors: [
          {
            CheckName: "PUBLIC_POLICY",
            ErrorMessage: "The resource policy grants access to a wide range of principals.",
          },
        ],
      }
    : { PolicyValidationPassed: true, ValidationErrors: [] };
};
