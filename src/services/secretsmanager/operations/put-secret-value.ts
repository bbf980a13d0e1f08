import type { Output } from "../../../wire/operations.ts";
import { invalidParameter } from "../errors.ts";
import { locateWritable } from "../locate.ts";
import { addVersion } from "../new-version.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { saveSecret } from "../secret.ts";
import { CURRENT, labelsOf } from "../stages.ts";
import { requiredValue } from "../value.ts";
import { afterNewValue } from "../value-change.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
export const putSecretValue: SecretsManagerOperation<"PutSecretValue"> = (ctx, input) => {
  const value = requiredValue(input);
  const { RotationToken, VersionStages: labels = [CURRENT] } = input;
  return ctx.store.write((tx): Output<"secretsmanager", "PutSecretValue"> => {
    const wanted = { asker: ctx, operation: "PutSecretValue", id: input.SecretId };
    const { home, secret, arn } = locateWritable(tx, wanted);
    const versionId = input.ClientRequestToken ?? tx.random.uuid();
    const run = secret.rotation?.run;
    if (RotationToken !== undefined && RotationToken !== run?.token) {
      throw invalidParameter("The rotation token is not valid.");
    }
    const changed = addVersion(tx, home, secret, { versionId, value, labels });
    const kept =
      changed === secret
        ? secret
        : saveSecret(tx, home, afterNewValue(tx, home, { before: secret, after: changed }));
    return {
      ARN: arn,
      Name: secret.name,
      VersionId: versionId,
      VersionStages: labelsOf(kept.stages, versionId),
    };
  });
};
