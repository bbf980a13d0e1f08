/** Secrets as they go on the wire. What has no value is left out, as on AWS. */

import type { ReadTx } from "../../store/store.ts";
import type {
  DescribeSecretResponse,
  GetSecretValueResponse,
  ReplicationStatusType,
  SecretListEntry,
} from "../../wire/models/secretsmanager.gen.ts";
import { replicas, secretKey } from "./keys.ts";
import type { Located } from "./locate.ts";
import type { Rotation } from "./rotation.ts";
import { daysBetween, type RotationRules } from "./rotation-rules.ts";
import type { Selected } from "./select-version.ts";
import { labelsByVersion, labelsOf } from "./stages.ts";
import { tagList } from "./tags.ts";
import { shownValue } from "./value.ts";

export function describeValue(
  { arn, secret }: Located,
  { versionId, version, value }: Selected,
): GetSecretValueResponse {
  return {
    ARN: arn,
    Name: secret.name,
    VersionId: versionId,
    ...shownValue(value),
    VersionStages: labelsOf(secret.stages, versionId),
    CreatedDate: new Date(version.createdMs),
  };
}

export function describeListed(located: Located): SecretListEntry {
  const { secret } = located;
  const byVersion = labelsByVersion(secret.stages);
  return {
    ...described(located),
    SecretVersionsToStages: Object.keys(byVersion).length > 0 ? byVersion : undefined,
  };
}

export function describeSecret(tx: ReadTx, located: Located): DescribeSecretResponse {
  const { secret, replica } = located;
  const byVersion = labelsByVersion(secret.stages);
  const isPrimary = replica === undefined && secret.replicas.length > 0;
  return {
    ...described(located),
    VersionIdsToStages: Object.keys(byVersion).length > 0 ? byVersion : undefined,
    ReplicationStatus: isPrimary ? replicationStatus(tx, located) : undefined,
  };
}

type Common = Omit<DescribeSecretResponse, "VersionIdsToStages" | "ReplicationStatus">;

function described({ arn, secret, replica, home, place }: Located): Common {
  const { rotation } = secret;
  const kmsKeyId =
    replica === undefined
      ? secret.kmsKeyId
      : secret.replicas.find(({ region }) => region === place.region)?.kmsKeyId;
  const isReplicated = secret.replicas.length > 0;
  const accessedMs = replica === undefined ? secret.accessedMs : replica.accessedMs;
  return {
    ARN: arn,
    Name: secret.name,
    Description: secret.description || undefined,
    KmsKeyId: kmsKeyId,
    ...(rotation && describedRotation(rotation)),
    LastChangedDate: new Date(secret.changedMs),
    LastAccessedDate: dateOf(accessedMs),
    DeletedDate: dateOf(secret.deletionMs),
    Tags: Object.keys(secret.tags).length > 0 ? tagList(secret.tags) : undefined,
    CreatedDate: new Date(secret.createdMs),
    PrimaryRegion: isReplicated ? home.region : undefined,
  };
}

function describedRotation(rotation: Rotation): Partial<DescribeSecretResponse> {
  const { isEnabled, lambdaArn, rules, rotatedMs, next } = rotation;
  return {
    RotationEnabled: isEnabled,
    RotationLambdaARN: lambdaArn,
    RotationRules: rules && describedRules(rules, rotatedMs),
    LastRotatedDate: isEnabled ? dateOf(rotatedMs) : undefined,
    // Windows are open up to their last second.
    NextRotationDate: next && new Date(next.closesMs - 1_000),
  };
}

/** A schedule expression is shown in days as well, once a rotation has succeeded. */
function describedRules(rules: RotationRules, rotatedMs: number | undefined): RotationRules {
  return rules.ScheduleExpression === undefined || rotatedMs === undefined
    ? rules
    : { ...rules, AutomaticallyAfterDays: daysBetween(rules, rotatedMs) };
}

export function replicationStatus(
  tx: ReadTx,
  { home, secret }: Pick<Located, "home" | "secret">,
): readonly ReplicationStatusType[] {
  return secret.replicas.map(({ region, kmsKeyId, failure }) => {
    const key = secretKey({ ...home, region }, secret.name);
    const accessedMs = failure === undefined ? replicas.get(tx, key)?.accessedMs : undefined;
    return {
      Region: region,
      KmsKeyId: kmsKeyId ?? "alias/aws/secretsmanager",
      Status: failure === undefined ? "InSync" : "Failed",
      StatusMessage: failure,
      LastAccessedDate: dateOf(accessedMs),
    };
  });
}

export function dateOf(timeMs: number | undefined): Date | undefined {
  return timeMs === undefined ? undefined : new Date(timeMs);
}
