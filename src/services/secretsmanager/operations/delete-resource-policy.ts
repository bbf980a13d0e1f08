import { locateWritable } from "../locate.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { saveSecret } from "../secret.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteResourcePolicy.html */
export const deleteResourcePolicy: SecretsManagerOperation<"DeleteResourcePolicy"> = (ctx, input) =>
  ctx.store.write((tx) => {
    const wanted = { asker: ctx, operation: "DeleteResourcePolicy", id: input.SecretId };
    const { home, secret, arn } = locateWritable(tx, wanted);
    saveSecret(tx, home, { ...secret, policy: undefined });
    return { ARN: arn, Name: secret.name };
  });
