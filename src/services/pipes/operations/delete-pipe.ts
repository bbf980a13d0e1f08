import { existingPipe, summaryOf } from "../pipe.ts";
import { putInTransit } from "../pipe-states.ts";
import type { PipesOperation } from "../ports.ts";

export const deletePipe: PipesOperation<"DeletePipe"> = async (ctx, input) =>
  ctx.store.write((tx) => {
    const before = existingPipe(tx, ctx, input.Name);
    const pipe = { ...before, currentState: "DELETING", modifiedMs: tx.nowMs } as const;
    putInTransit(tx, ctx, pipe, { state: "gone" });
    return summaryOf(ctx, pipe);
  });
