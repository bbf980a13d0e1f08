import { putConnection, putToken, requireConnection } from "../http/connection.ts";
import { connectionTimes } from "../http/described-connection.ts";
import type { EventsOperation } from "../ports.ts";

/** Takes the secrets away; an update brings new ones. */
export const deauthorizeConnection: EventsOperation<"DeauthorizeConnection"> = async (
  ctx,
  input,
) => {
  const { accountId, region, nowMs } = ctx;
  const connection = await ctx.store.write((tx) => {
    const before = requireConnection(tx, { accountId, region, name: input.Name });
    const after = {
      ...before,
      state: "DEAUTHORIZED",
      stateReason: undefined,
      credentials: undefined,
      parameters: {},
      modifiedMs: Math.max(nowMs, before.modifiedMs + 1),
    } as const;
    putConnection(tx, after);
    putToken(tx, before, undefined);
    return after;
  });
  return connectionTimes(connection, "DEAUTHORIZING");
};
