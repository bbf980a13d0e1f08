import { checkPipe } from "../checks.ts";
import { changeablePipe, type Pipe, summaryOf } from "../pipe.ts";
import { putInTransit } from "../pipe-states.ts";
import type { PipesOperation } from "../ports.ts";
import { changedSettings } from "../settings.ts";

export const updatePipe: PipesOperation<"UpdatePipe"> = async (ctx, input) =>
  ctx.store.write((tx) => {
    const before = changeablePipe(tx, ctx, input.Name);
    const settings = changedSettings(before, input);
    checkPipe(ctx, "UpdatePipe", settings);
    const pipe: Pipe = { ...before, ...settings, currentState: "UPDATING", modifiedMs: tx.nowMs };
    putInTransit(tx, ctx, pipe, { state: settings.desiredState });
    return summaryOf(ctx, pipe);
  });
