import { checkPipe } from "../checks.ts";
import { pipeAlreadyExists } from "../errors.ts";
import { pipeKey, pipes } from "../keys.ts";
import { type Pipe, summaryOf } from "../pipe.ts";
import { putInTransit } from "../pipe-states.ts";
import type { PipesOperation } from "../ports.ts";
import { newSettings } from "../settings.ts";
import { sourceProblem } from "../source.ts";
import { beginReading } from "../stream-source.ts";

/** Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_CreatePipe.html */
export const createPipe: PipesOperation<"CreatePipe"> = async (ctx, input) => {
  const settings = newSettings(input);
  checkPipe(ctx, "CreatePipe", settings);
  const problem = await sourceProblem(ctx, settings.source);
  return ctx.store.write((tx) => {
    if (pipes.get(tx, pipeKey(ctx, input.Name)) !== undefined) {
      throw pipeAlreadyExists(input.Name);
    }
    const pipe: Pipe = {
      ...settings,
      name: input.Name,
      id: tx.random.uuid(),
      currentState: "CREATING",
      tags: input.Tags ?? {},
      createdMs: tx.nowMs,
      modifiedMs: tx.nowMs,
    };
    beginReading(tx, pipe);
    const state = problem === undefined ? settings.desiredState : "CREATE_FAILED";
    putInTransit(tx, ctx, pipe, { state, reason: problem });
    return summaryOf(ctx, pipe);
  });
};
