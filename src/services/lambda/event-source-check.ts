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
  switch (parseArn(sourceArn)?.service) {
    case "dynamodb":
      return streamCheck(ctx, sourceArn);
    case "kinesis":
      return kinesisCheck(ctx, sourceArn);
    default:
      return queueCheck(ctx, sourceArn, fn);
  }
}

async function streamCheck(ctx: LambdaContext, StreamArn: string): Promise<void> {
  const { region = ctx.region } = parseArn(StreamArn) ?? {};
  const caller = { accountId: ctx.accountId, region };
  const call = ctx.dispatcher.call(caller, "dynamodbstreams", "DescribeStream", { StreamArn });
  await orNotFound(call, StreamArn);
}

/** A stream, or a consumer that is registered with it. */
async function kinesisCheck(ctx: LambdaContext, sourceArn: string): Promise<void> {
  const { region = ctx.region } = parseArn(sourceArn) ?? {};
  const caller = { accountId: ctx.accountId, region };
  const { dispatcher } = ctx;
  const call = sourceArn.includes("/consumer/")
    ? dispatcher.call(caller, "kinesis", "DescribeStreamConsumer", { ConsumerARN: sourceArn })
    : dispatcher.call(caller, "kinesis", "DescribeStreamSummary", { StreamARN: sourceArn });
  await orNotFound(call, sourceArn);
}

async function orNotFound(call: Promise<unknown>, arn: string): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (error instanceof AwsError && error.code === "ResourceNotFoundException") {
      throw invalidParameterValue(`Stream not found: ${arn}`);
    }
    throw error;
  }
}
