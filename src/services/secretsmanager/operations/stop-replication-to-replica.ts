import { invalidRequest } from "../errors.ts";
import { locateLive } from "../locate.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { promote } from "../replication.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_StopReplicationToReplica.html */
export const stopReplicationToReplica: SecretsManagerOperation<"StopReplicationToReplica"> = (
  ctx,
  input,
) =>
  ctx.store.write((tx) => {
    const wanted = { asker: ctx, operation: "StopReplicationToReplica", id: input.SecretId };
    const located = locateLive(tx, wanted);
    if (located.replica === undefined) {
      throw invalidRequest("Operation only permitted on a replica secret.");
    }
    promote(tx, located);
    return { ARN: located.arn };
  });
