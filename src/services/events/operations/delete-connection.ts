import { connectionKey, connections, putToken, requireConnection } from "../http/connection.ts";
import { connectionTimes } from "../http/described-connection.ts";
import type { EventsOperation } from "../ports.ts";

/** API destinations that use it become inactive. */
export const deleteConnection: EventsOperation<"DeleteConnection"> = async (ctx, input) => {
  const { accountId, region } = ctx;
  const connection = await ctx.store.write((tx) => {
    const before = requireConnection(tx, { accountId, region, name: input.Name });
    connections.delete(tx, connectionKey(before));
    putToken(tx, before, undefined);
    return before;
  });
  return connectionTimes(connection, "DELETING");
};
