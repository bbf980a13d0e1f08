import { changeablePipe, type Pipe, summaryOf } from "../pipe.ts";
import { putInTransit } from "../pipe-states.ts";
import type { PipesOperation } from "../ports.ts";

export const stopPipe: PipesOperation<"StopPipe"> = async (ctx, input) =>
  ctx.store.write((tx) => {
    const before = changeablePipe(tx, ctx, input.Name);
    const pipe: Pipe = {
      ...before,
      desiredState: "STOPPED",
      currentState: "STOPPING",
      modifiedMs: tx.nowMs,
    };
    putInTransit(tx, ctx, pipe, { state: "STOPPED" });
    return summaryOf(ctx, pipe);
  });
