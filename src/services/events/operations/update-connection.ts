import { notSupported } from "../../../wire/aws-error.ts";
import { putForAuthorization } from "../http/authorization.ts";
import { requireConnection } from "../http/connection.ts";
import { credentialsOf } from "../http/connection-auth.ts";
import { connectionTimes } from "../http/described-connection.ts";
import type { EventsOperation } from "../ports.ts";

/** Members that are left out stay as they are; the connection is authorized anew. */
export const updateConnection: EventsOperation<"UpdateConnection"> = async (ctx, input) => {
  if (input.InvocationConnectivityParameters !== undefined) {
    throw notSupported("UpdateConnection", "InvocationConnectivityParameters");
  }
  const { accountId, region, nowMs } = ctx;
  const connection = await ctx.store.write((tx) => {
    const before = requireConnection(tx, { accountId, region, name: input.Name });
    const type = input.AuthorizationType ?? before.authorizationType;
    const isSameType = type === before.authorizationType;
    return putForAuthorization(tx, {
      ...before,
      description: input.Description ?? before.description,
      kmsKeyIdentifier: input.KmsKeyIdentifier ?? before.kmsKeyIdentifier,
      // Later than the change before it, whose authorization may still be under way.
      modifiedMs: Math.max(nowMs, before.modifiedMs + 1),
      stateReason: undefined,
      authorizationType: type,
      credentials: credentialsOf(
        type,
        input.AuthParameters,
        isSameType ? before.credentials : undefined,
      ),
      parameters: input.AuthParameters?.InvocationHttpParameters ?? before.parameters,
    });
  });
  return connectionTimes(connection);
};
