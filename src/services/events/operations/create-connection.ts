import { notSupported } from "../../../wire/aws-error.ts";
import { connectionAlreadyExists } from "../errors.ts";
import { putForAuthorization } from "../http/authorization.ts";
import { connectionKey, connections } from "../http/connection.ts";
import { credentialsOf } from "../http/connection-auth.ts";
import { connectionTimes } from "../http/described-connection.ts";
import type { EventsOperation } from "../ports.ts";

export const createConnection: EventsOperation<"CreateConnection"> = async (ctx, input) => {
  if (input.InvocationConnectivityParameters !== undefined) {
    throw notSupported("CreateConnection", "InvocationConnectivityParameters");
  }
  const { accountId, region, nowMs } = ctx;
  const { Name: name, AuthorizationType, AuthParameters } = input;
  const credentials = credentialsOf(AuthorizationType, AuthParameters);
  const connection = await ctx.store.write((tx) => {
    const id = { accountId, region, name };
    if (connections.get(tx, connectionKey(id)) !== undefined) {
      throw connectionAlreadyExists(name);
    }
    return putForAuthorization(tx, {
      ...id,
      id: tx.random.uuid(),
      description: input.Description,
      kmsKeyIdentifier: input.KmsKeyIdentifier,
      createdMs: nowMs,
      modifiedMs: nowMs,
      state: "AUTHORIZING",
      authorizationType: AuthorizationType,
      credentials,
      parameters: AuthParameters.InvocationHttpParameters ?? {},
    });
  });
  const { LastAuthorizedTime: _, ...answer } = connectionTimes(connection);
  return answer;
};
