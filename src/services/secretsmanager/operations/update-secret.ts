import type { WriteTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Output } from "../../../wire/operations.ts";
import { versionExists } from "../errors.ts";
import { type Place, versionKey, versions } from "../keys.ts";
import { locateWritable } from "../locate.ts";
import { addVersion } from "../new-version.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { type Secret, saveSecret } from "../secret.ts";
import { CURRENT, labelsOf, PENDING, PREVIOUS, versionAt } from "../stages.ts";
import { givenValue } from "../value.ts";
import { afterNewValue } from "../value-change.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html */
export const updateSecret: SecretsManagerOperation<"UpdateSecret"> = (ctx, input) => {
  if (input.Type !== undefined && input.Type !== "") {
    throw notSupported("secretsmanager:UpdateSecret", "Type (secrets of other parties)");
  }
  const value = givenValue(input);
  return ctx.store.write((tx): Output<"secretsmanager", "UpdateSecret"> => {
    const wanted = { asker: ctx, operation: "UpdateSecret", id: input.SecretId };
    const { home, secret, arn } = locateWritable(tx, wanted);
    const described: Secret = { ...secret, description: input.Description ?? secret.description };
    const keyed = withKey(tx, home, described, input.KmsKeyId);
    if (value === undefined) {
      saveSecret(tx, home, keyed);
      return { ARN: arn, Name: secret.name };
    }
    const versionId = input.ClientRequestToken ?? tx.random.uuid();
    if (versions.get(tx, versionKey(home, secret.name, versionId))?.value !== undefined) {
      throw versionExists(versionId, arn);
    }
    const changed = addVersion(tx, home, keyed, { versionId, value, labels: [CURRENT] });
    saveSecret(tx, home, afterNewValue(tx, home, { before: secret, after: changed }));
    return { ARN: arn, Name: secret.name, VersionId: versionId };
  });
};

/** Versions with one of AWS's own labels are said to be kept by the new key, older ones are not. */
function withKey(tx: WriteTx, place: Place, secret: Secret, given: string | undefined): Secret {
  if (given === undefined) {
    return secret;
  }
  const kmsKeyId = given === "" ? undefined : given;
  const ids = [CURRENT, PENDING, PREVIOUS].map((label) => versionAt(secret.stages, label) ?? "");
  for (const versionId of new Set(ids)) {
    const key = versionKey(place, secret.name, versionId);
    const version = labelsOf(secret.stages, versionId).length > 0 && versions.get(tx, key);
    if (version) {
      versions.put(tx, key, { ...version, kmsKeyId });
    }
  }
  return { ...secret, kmsKeyId };
}
