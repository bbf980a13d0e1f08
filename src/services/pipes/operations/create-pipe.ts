import { parseArn } from "../../../base/arn.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import { checkPipe } from "../checks.ts";
import { pipeAlreadyExists } from "../errors.ts";
import { pipeKey, pipes } from "../keys.ts";
import { type Pipe, summaryOf } from "../pipe.ts";
import { putInTransit } from "../pipe-states.ts";
import type { PipesContext, PipesOperation } from "../ports.ts";
import { newSettings } from "../settings.ts";

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
      currentState: "CREATING",
      tags: input.Tags ?? {},
      createdMs: tx.nowMs,
      modifiedMs: tx.nowMs,
    };
    const state = problem === undefined ? settings.desiredState : "CREATE_FAILED";
    putInTransit(tx, ctx, pipe, { state, reason: problem });
    return summaryOf(ctx, pipe);
  });
};

/** Why the source cannot be read. */
async function sourceProblem(ctx: PipesContext, source: string): Promise<string | undefined> {
  const arn = parseArn(source);
  try {
    await ctx.dispatcher.call(
      { accountId: ctx.accountId, region: ctx.region },
      "sqs",
      "GetQueueUrl",
      {
        QueueName: arn?.resource ?? "",
        QueueOwnerAWSAccountId: arn?.accountId,
      },
    );
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) {
      return `The source ${source} cannot be read: ${error.message}`;
    }
    throw error;
  }
}
