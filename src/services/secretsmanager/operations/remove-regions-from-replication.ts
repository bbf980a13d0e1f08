import { replicationStatus } from "../described.ts";
import { locateWritable } from "../locate.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { unreplicate } from "../replication.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RemoveRegionsFromReplication.html */
export const removeRegionsFromReplication: SecretsManagerOperation<
  "RemoveRegionsFromReplication"
> = (ctx, input) =>
  ctx.store.write((tx) => {
    const wanted = { asker: ctx, operation: "RemoveRegionsFromReplication", id: input.SecretId };
    const { home, secret: before, arn } = locateWritable(tx, wanted);
    const secret = unreplicate(tx, home, before, input.RemoveReplicaRegions);
    return { ARN: arn, ReplicationStatus: replicationStatus(tx, { home, secret }) };
  });
