import type { ReadTx } from "../../../store/store.ts";
import type { Input } from "../../../wire/operations.ts";
import { invalidParameter, tooManyLabels, versionNotFound } from "../errors.ts";
import { type Place, versionKey, versions } from "../keys.ts";
import { LABELS_PER_VERSION_MAX } from "../limits.ts";
import { locateWritable } from "../locate.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { type Secret, saveSecret } from "../secret.ts";
import { CURRENT, labelsOf, versionAt, withLabels, withoutLabel } from "../stages.ts";

type StageInput = Input<"secretsmanager", "UpdateSecretVersionStage">;

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html */
export const updateSecretVersionStage: SecretsManagerOperation<"UpdateSecretVersionStage"> = (
  ctx,
  input,
) =>
  ctx.store.write((tx) => {
    const wanted = { asker: ctx, operation: "UpdateSecretVersionStage", id: input.SecretId };
    const { home, secret, arn } = locateWritable(tx, wanted);
    const { VersionStage: label, MoveToVersionId: to } = input;
    checkVersions(tx, home, secret, input);
    checkRemoval(secret, input);
    const stages =
      to === undefined
        ? withoutLabel(secret.stages, label)
        : withLabels(secret.stages, to, [label]);
    if (to !== undefined && labelsOf(stages, to).length > LABELS_PER_VERSION_MAX) {
      throw tooManyLabels();
    }
    saveSecret(tx, home, { ...secret, stages });
    return { ARN: arn, Name: secret.name };
  });

function checkVersions(tx: ReadTx, place: Place, secret: Secret, input: StageInput): void {
  const { MoveToVersionId: to, RemoveFromVersionId: from } = input;
  if (to === undefined && from === undefined) {
    throw invalidParameter("You must specify MoveToVersionId or RemoveFromVersionId.");
  }
  for (const versionId of [to, from]) {
    const key = versionId && versionKey(place, secret.name, versionId);
    if (versionId !== undefined && key && versions.get(tx, key) === undefined) {
      throw versionNotFound(versionId);
    }
  }
}

/** A label is taken from the version that the request names, and from no other. */
function checkRemoval(secret: Secret, input: StageInput): void {
  const { VersionStage: label, MoveToVersionId: to, RemoveFromVersionId: from } = input;
  const holder = versionAt(secret.stages, label);
  if (from === undefined && holder !== undefined && holder !== to) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (from !== undefined && from !== holder) {
    throw invalidParameter(
      holder === undefined
        ? `Staging label ${label} is not attached to version ${from}.`
        : `The parameter RemoveFromVersionId is not valid. Staging label ${label} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (to === undefined && label === CURRENT) {
    throw invalidParameter(
      "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
    );
  }
}
