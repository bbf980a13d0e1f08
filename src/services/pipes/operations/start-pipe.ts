import { changeablePipe, type Pipe, summaryOf } from "../pipe.ts";
import { putInTransit } from "../pipe-states.ts";
import type { PipesOperation } from "../ports.ts";

export const startPipe: PipesOperation<"StartPipe"> = async (ctx, input) =>
  ctx.store.write((tx) => {
    const before = changeablePipe(tx, ctx, input.Name);
    const pipe: Pipe = {
      ...before,
      desiredState: "RUNNING",
      currentState: "STARTING",
      modifiedMs: tx.nowMs,
    };
    putInTransit(tx, ctx, pipe, { state: "RUNNING" });
    return summaryOf(ctx, pipe);
  });
