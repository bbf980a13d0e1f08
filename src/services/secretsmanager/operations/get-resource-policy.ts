import { locateLive } from "../locate.ts";
import type { SecretsManagerOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetResourcePolicy.html */
export const getResourcePolicy: SecretsManagerOperation<"GetResourcePolicy"> = (ctx, input) =>
  ctx.store.read((tx) => {
    const wanted = { asker: ctx, operation: "GetResourcePolicy", id: input.SecretId };
    const { secret, arn } = locateLive(tx, wanted);
    return { ARN: arn, Name: secret.name, ResourcePolicy: secret.policy };
  });
