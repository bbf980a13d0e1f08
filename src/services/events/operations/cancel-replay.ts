import { isActive, putReplay, replayArn, requireReplay } from "../archive/replay.ts";
import { illegalStatus } from "../errors.ts";
import type { EventsOperation } from "../ports.ts";

/** What was replayed before stays delivered. */
export const cancelReplay: EventsOperation<"CancelReplay"> = async (ctx, input) => {
  const { accountId, region } = ctx;
  const id = { accountId, region, name: input.ReplayName };
  await ctx.store.write((tx) => {
    const replay = requireReplay(tx, id);
    if (!isActive(replay)) {
      throw illegalStatus(`Replay ${id.name} is not in a valid state for this operation.`);
    }
    putReplay(tx, { ...replay, state: "CANCELLED", endedMs: tx.nowMs });
  });
  return { ReplayArn: replayArn(id), State: "CANCELLING" };
};
