/** What a mapping demands of its source: that it is there, and what else each kind has to be. */
import { parseArn } from "../../base/arn.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { invalidParameterValue } from "./errors.ts";
import { queueCheck } from "./event-source-queue.ts";
import type { LambdaFunction } from "./function.ts";
import type { LambdaContext } from "./ports.ts";

export async function sourceCheck(
  ctx: LambdaContext,
  sourceArn: string,
  fn: LambdaFunction,
): Promise<void> {
  const service = parseArn(sourceArn)?.service;
  await (service === "dynamodb" ? streamCheck(ctx, sourceArn) : queueCheck(ctx, sourceArn, fn));
}

async function streamCheck(ctx: LambdaContext, StreamArn: string): Promise<void> {
  const { region = ctx.region } = parseArn(StreamArn) ?? {};
  const caller = { accountId: ctx.accountId, region };
  try {
    await ctx.dispatcher.call(caller, "dynamodbstreams", "DescribeStream", { StreamArn });
  } catch (error) {
    if (error instanceof AwsError && error.code === "ResourceNotFoundException") {
      throw invalidParameterValue(`Stream not found: ${StreamArn}`);
    }
    throw error;
  }
}
