import { publicPolicy } from "../errors.ts";
import { locateWritable } from "../locate.ts";
import { checkPolicy, isPublicPolicy } from "../policy.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { saveSecret } from "../secret.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html */
export const putResourcePolicy: SecretsManagerOperation<"PutResourcePolicy"> = (ctx, input) => {
  const { SecretId: id, ResourcePolicy: policy } = input;
  return ctx.store.write((tx) => {
    const { home, secret, arn } = locateWritable(tx, {
      asker: ctx,
      operation: "PutResourcePolicy",
      id,
    });
    checkPolicy(policy);
    if (input.BlockPublicPolicy === true && isPublicPolicy(policy)) {
      throw publicPolicy();
    }
    saveSecret(tx, home, { ...secret, policy });
    return { ARN: arn, Name: secret.name };
  });
};
