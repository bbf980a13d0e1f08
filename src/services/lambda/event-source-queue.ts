/** What a mapping demands of its queue. */
import { parseArn } from "../../base/arn.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { invalidParameterValue } from "./errors.ts";
import type { LambdaFunction } from "./function.ts";
import type { LambdaContext } from "./ports.ts";

/**
 * The queue exists, and hides a message at least as long as the function may work on it.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html,
 * https://github.com/winglang/wing/issues/1507
 */
export async function queueCheck(
  ctx: LambdaContext,
  queueArn: string,
  fn: LambdaFunction,
): Promise<void> {
  const visibilitySeconds = await visibilityTimeout(ctx, queueArn);
  if (visibilitySeconds < fn.timeoutSeconds) {
    throw invalidParameterValue(
      `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ` +
        `${fn.timeoutSeconds} seconds`,
    );
  }
}

async function visibilityTimeout(ctx: LambdaContext, queueArn: string): Promise<number> {
  const arn = parseArn(queueArn);
  const caller = { accountId: ctx.accountId, region: arn?.region ?? ctx.region };
  try {
    const { QueueUrl = "" } = await ctx.dispatcher.call(caller, "sqs", "GetQueueUrl", {
      QueueName: arn?.resource ?? "",
      QueueOwnerAWSAccountId: arn?.accountId,
    });
    const { Attributes } = await ctx.dispatcher.call(caller, "sqs", "GetQueueAttributes", {
      QueueUrl,
      AttributeNames: ["VisibilityTimeout"],
    });
    return Number(Attributes?.VisibilityTimeout);
  } catch (error) {
    if (error instanceof AwsError && error.code === "QueueDoesNotExist") {
      throw invalidParameterValue(
        "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. " +
          `SQS Error Message: ${error.message}`,
      );
    }
    throw error;
  }
}
