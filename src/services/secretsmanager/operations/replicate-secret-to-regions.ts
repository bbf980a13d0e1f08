import { replicationStatus } from "../described.ts";
import { locateWritable } from "../locate.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { replicate } from "../replication.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html */
export const replicateSecretToRegions: SecretsManagerOperation<"ReplicateSecretToRegions"> = (
  ctx,
  input,
) => {
  const { AddReplicaRegions: regions, ForceOverwriteReplicaSecret: isForced = false } = input;
  return ctx.store.write((tx) => {
    const wanted = { asker: ctx, operation: "ReplicateSecretToRegions", id: input.SecretId };
    const { home, secret: before, arn } = locateWritable(tx, wanted);
    const secret = replicate(tx, home, before, { regions, isForced });
    return { ARN: arn, ReplicationStatus: replicationStatus(tx, { home, secret }) };
  });
};
