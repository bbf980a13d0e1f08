import type { WriteTx } from "../../../store/store.ts";
import type { Output } from "../../../wire/operations.ts";
import { deletionTimer, removeSecret } from "../deletion.ts";
import {
  forcedWithWindow,
  invalidRecoveryWindow,
  markedForDeletion,
  onReplica,
} from "../errors.ts";
import { RECOVERY_DAYS_MAX, RECOVERY_DAYS_MIN } from "../limits.ts";
import { type Located, locate, locateIfThere, nameOf } from "../locate.ts";
import type { SecretsManagerContext, SecretsManagerOperation } from "../ports.ts";
import { refuseReplicated } from "../replication.ts";
import { haltRun } from "../rotation.ts";
import { disarmRotation } from "../rotation-timer.ts";
import { newSuffix, saveSecret, secretArn } from "../secret.ts";

type Deleted = Output<"secretsmanager", "DeleteSecret">;

const DAY_MS = 86_400_000;

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
export const deleteSecret: SecretsManagerOperation<"DeleteSecret"> = (ctx, input) => {
  const { SecretId: id, RecoveryWindowInDays, ForceDeleteWithoutRecovery = false } = input;
  if (ForceDeleteWithoutRecovery && RecoveryWindowInDays !== undefined) {
    throw forcedWithWindow();
  }
  const days = RecoveryWindowInDays ?? RECOVERY_DAYS_MAX;
  if (days < RECOVERY_DAYS_MIN || days > RECOVERY_DAYS_MAX) {
    throw invalidRecoveryWindow();
  }
  return ctx.store.write((tx): Deleted => {
    if (ForceDeleteWithoutRecovery) {
      return deleteNow(tx, ctx, id);
    }
    const located = deletable(locate(tx, { asker: ctx, operation: "DeleteSecret", id }));
    const { home, secret, arn } = located;
    if (secret.deletionMs !== undefined) {
      throw markedForDeletion();
    }
    const deletionMs = tx.nowMs + days * DAY_MS;
    tx.after(deletionTimer(home, secret.name, deletionMs));
    const halted = haltRun(tx, home, disarmRotation(tx, home, secret));
    saveSecret(tx, home, { ...halted, deletionMs });
    return { ARN: arn, Name: secret.name, DeletionDate: new Date(deletionMs) };
  });
};

/** A secret that is not there, or no more, is deleted as well. */
function deleteNow(tx: WriteTx, ctx: SecretsManagerContext, id: string): Deleted {
  const located = locateIfThere(tx, { asker: ctx, operation: "DeleteSecret", id });
  const DeletionDate = new Date(tx.nowMs);
  if (located === undefined) {
    const isArn = id.startsWith("arn:");
    const arn = isArn ? id : secretArn(ctx, { name: id, suffix: newSuffix(tx) });
    return { ARN: arn, Name: nameOf(id), DeletionDate };
  }
  const { home, secret, arn } = deletable(located);
  removeSecret(tx, home, secret);
  return { ARN: arn, Name: secret.name, DeletionDate };
}

function deletable(located: Located): Located {
  if (located.replica !== undefined) {
    throw onReplica();
  }
  refuseReplicated(located.home, located.secret);
  return located;
}
