import { deletionTimer } from "../deletion.ts";
import { onReplica } from "../errors.ts";
import { locate } from "../locate.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { armRotation } from "../rotation-timer.ts";
import { saveSecret } from "../secret.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html */
export const restoreSecret: SecretsManagerOperation<"RestoreSecret"> = (ctx, input) =>
  ctx.store.write((tx) => {
    const wanted = { asker: ctx, operation: "RestoreSecret", id: input.SecretId };
    const { home, secret, replica, arn } = locate(tx, wanted);
    if (replica !== undefined) {
      throw onReplica();
    }
    if (secret.deletionMs !== undefined) {
      tx.cancel(deletionTimer(home, secret.name, secret.deletionMs));
      saveSecret(tx, home, armRotation(tx, home, { ...secret, deletionMs: undefined }));
    }
    return { ARN: arn, Name: secret.name };
  });
