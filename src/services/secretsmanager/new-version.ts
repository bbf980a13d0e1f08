/**
 * New versions of a secret. A version never changes: its id with the same value is a request that
 * comes again, with another value an error.
 */
import type { WriteTx } from "../../store/store.ts";
import { tooManyLabels, tooManyVersions, versionExists } from "./errors.ts";
import { type Place, versionKey, versions } from "./keys.ts";
import { LABELS_PER_VERSION_MAX, VERSION_KEPT_MS, VERSIONS_MAX } from "./limits.ts";
import { type Secret, secretArn, type Version } from "./secret.ts";
import { CURRENT, labelsOf, versionAt, withLabels } from "./stages.ts";
import { isSameValue, openValue, sealValue, type Value } from "./value.ts";

export interface NewVersion {
  readonly versionId: string;
  readonly value: Value;
  readonly labels: readonly string[];
}

/** Adds a version in `place`. Gives the secret with its labels moved; the caller stores it. */
export function addVersion(tx: WriteTx, place: Place, secret: Secret, added: NewVersion): Secret {
  const { versionId, value } = added;
  const { name } = secret;
  const key = versionKey(place, name, versionId);
  const before = versions.get(tx, key);
  const owner = { place, name, versionId };
  if (before?.value !== undefined) {
    if (!isSameValue(openValue(tx, owner, before.value), value)) {
      throw versionExists(versionId, secretArn(place, secret));
    }
    return secret;
  }
  if (before === undefined) {
    makeRoom(tx, place, secret);
  }
  const isFirst = versionAt(secret.stages, CURRENT) === undefined;
  const labels = isFirst ? [...added.labels, CURRENT] : added.labels;
  versions.put(tx, key, {
    createdMs: tx.nowMs,
    accessedMs: undefined,
    kmsKeyId: secret.kmsKeyId,
    value: sealValue(tx, owner, value),
  });
  const stages = withLabels(secret.stages, versionId, labels);
  if (labelsOf(stages, versionId).length > LABELS_PER_VERSION_MAX) {
    throw tooManyLabels();
  }
  return { ...secret, stages };
}

/** A version without a value, which a rotation is to put. */
export function addEmptyVersion(tx: WriteTx, place: Place, secret: Secret, id: string): void {
  makeRoom(tx, place, secret);
  const { kmsKeyId } = secret;
  const version = { createdMs: tx.nowMs, accessedMs: undefined, kmsKeyId, value: undefined };
  versions.put(tx, versionKey(place, secret.name, id), version);
}

/** Every version of a secret, oldest first. */
export function versionsOf(
  tx: Pick<WriteTx, "nowMs" | "get" | "range">,
  place: Place,
  name: string,
): readonly { readonly versionId: string; readonly version: Version }[] {
  const prefix = [place.accountId, place.region, name];
  return [...versions.list(tx, { prefix })]
    .map(({ id, record }) => ({ versionId: String(id[prefix.length]), version: record }))
    .sort((a, b) => a.version.createdMs - b.version.createdMs);
}

/**
 * Removes the oldest versions without labels as far as there are too many.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
function makeRoom(tx: WriteTx, place: Place, secret: Secret): void {
  const all = versionsOf(tx, place, secret.name);
  let count = all.length;
  for (const { versionId, version } of all) {
    if (count < VERSIONS_MAX) {
      return;
    }
    const isKept =
      version.createdMs > tx.nowMs - VERSION_KEPT_MS ||
      labelsOf(secret.stages, versionId).length > 0;
    if (!isKept) {
      versions.delete(tx, versionKey(place, secret.name, versionId));
      count -= 1;
    }
  }
  if (count >= VERSIONS_MAX) {
    throw tooManyVersions();
  }
}
