import { noRotationFunction } from "../errors.ts";
import { locateWritable } from "../locate.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { haltRun } from "../rotation.ts";
import { disarmRotation } from "../rotation-timer.ts";
import { saveSecret } from "../secret.ts";
import { unfinishedVersion } from "../stages.ts";

/**
 * The labels stay where a rotation that is under way has left them.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html
 */
export const cancelRotateSecret: SecretsManagerOperation<"CancelRotateSecret"> = (ctx, input) =>
  ctx.store.write((tx) => {
    const wanted = { asker: ctx, operation: "CancelRotateSecret", id: input.SecretId };
    const { home, secret, arn } = locateWritable(tx, wanted);
    const halted = haltRun(tx, home, disarmRotation(tx, home, secret));
    if (halted.rotation === undefined) {
      throw noRotationFunction();
    }
    const rotation = { ...halted.rotation, isEnabled: false, run: undefined };
    saveSecret(tx, home, { ...halted, rotation });
    return { ARN: arn, Name: secret.name, VersionId: unfinishedVersion(halted.stages) };
  });
