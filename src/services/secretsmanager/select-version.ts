/** The version of a secret that a reader means, with its value. */
import type { ReadTx } from "../../store/store.ts";
import { labelNotFound, labelOfOtherVersion, versionNotFound } from "./errors.ts";
import { versionKey, versions } from "./keys.ts";
import type { Located } from "./locate.ts";
import type { Version } from "./secret.ts";
import { CURRENT, labelsOf, versionAt } from "./stages.ts";
import { openValue, type Value } from "./value.ts";

interface Selection {
  readonly VersionId?: string | undefined;
  readonly VersionStage?: string | undefined;
}

export interface Selected {
  readonly versionId: string;
  readonly version: Version;
  readonly value: Value;
}

/** A version that a rotation has not given a value yet is not there for readers. */
export function selectVersion(
  tx: ReadTx,
  { home, secret }: Located,
  { VersionId, VersionStage }: Selection,
): Selected {
  const label = VersionStage ?? CURRENT;
  const versionId = VersionId ?? versionAt(secret.stages, label);
  const version = versionId && versions.get(tx, versionKey(home, secret.name, versionId));
  if (!versionId || !version || version.value === undefined) {
    throw VersionId === undefined ? labelNotFound(label) : versionNotFound(VersionId);
  }
  if (VersionStage !== undefined && !labelsOf(secret.stages, versionId).includes(VersionStage)) {
    throw labelOfOtherVersion();
  }
  const owner = { place: home, name: secret.name, versionId };
  return { versionId, version, value: openValue(tx, owner, version.value) };
}
