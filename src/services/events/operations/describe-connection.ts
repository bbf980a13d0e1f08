import { requireConnection, secretArn } from "../http/connection.ts";
import { describedAuth } from "../http/connection-auth.ts";
import { listedConnection } from "../http/described-connection.ts";
import type { EventsOperation } from "../ports.ts";

export const describeConnection: EventsOperation<"DescribeConnection"> = async (ctx, input) => {
  const { accountId, region } = ctx;
  const connection = await ctx.store.read((tx) =>
    requireConnection(tx, { accountId, region, name: input.Name }),
  );
  return {
    ...listedConnection(connection),
    Description: connection.description,
    KmsKeyIdentifier: connection.kmsKeyIdentifier,
    SecretArn: connection.credentials === undefined ? undefined : secretArn(connection),
    AuthParameters: describedAuth(connection),
  };
};
