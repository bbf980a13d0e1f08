import { pageOf } from "../../pages.ts";
import { connections } from "../http/connection.ts";
import { listedConnection } from "../http/described-connection.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { EventsOperation } from "../ports.ts";

/** A page holds what of it has the wanted state. */
export const listConnections: EventsOperation<"ListConnections"> = async (ctx, input) => {
  const prefix = [ctx.accountId, ctx.region];
  const page = await ctx.store.read((tx) =>
    pageOf(
      tx,
      { records: connections, prefix, namePrefix: input.NamePrefix },
      { token: input.NextToken, limit: input.Limit ?? PAGE_SIZE_DEFAULT },
    ),
  );
  const { ConnectionState: wanted } = input;
  return {
    Connections: page.items
      .filter(({ record }) => wanted === undefined || record.state === wanted)
      .map(({ record }) => listedConnection(record)),
    NextToken: page.token,
  };
};
