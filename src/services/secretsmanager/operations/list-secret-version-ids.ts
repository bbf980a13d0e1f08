import { dateOf } from "../described.ts";
import { invalidNextToken } from "../errors.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import { locate } from "../locate.ts";
import { versionsOf } from "../new-version.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { labelsOf } from "../stages.ts";

/** What AWS calls the key of those who name none. */
const DEFAULT_KEY = "DefaultEncryptionKey";

/**
 * Oldest first. The token is how many versions came before.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html
 */
export const listSecretVersionIds: SecretsManagerOperation<"ListSecretVersionIds"> = (
  ctx,
  input,
) => {
  const { IncludeDeprecated = false, MaxResults = PAGE_SIZE_DEFAULT, NextToken = "0" } = input;
  if (!/^\d{1,6}$/.test(NextToken)) {
    throw invalidNextToken();
  }
  const start = Number(NextToken);
  return ctx.store.read((tx) => {
    const wanted = { asker: ctx, operation: "ListSecretVersionIds", id: input.SecretId };
    const { home, secret, arn } = locate(tx, wanted);
    const all = versionsOf(tx, home, secret.name)
      .map((one) => ({ ...one, labels: labelsOf(secret.stages, one.versionId) }))
      .filter(({ labels }) => IncludeDeprecated || labels.length > 0);
    const end = start + MaxResults;
    return {
      ARN: arn,
      Name: secret.name,
      Versions: all.slice(start, end).map(({ versionId, version, labels }) => ({
        VersionId: versionId,
        VersionStages: labels.length > 0 ? labels : undefined,
        LastAccessedDate: dateOf(version.accessedMs),
        CreatedDate: new Date(version.createdMs),
        KmsKeyIds: [version.kmsKeyId ?? DEFAULT_KEY],
      })),
      NextToken: end < all.length ? String(end) : undefined,
    };
  });
};
