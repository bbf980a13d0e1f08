/** The parameters of sources: which belong to which, and their defaults. */
import { parseArn } from "../../base/arn.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { BATCH_SIZE_DEFAULT, STREAM_BATCH_SIZE_DEFAULT, TARGET_BATCH_SIZE_MAX } from "./limits.ts";
import type { PipeSettings } from "./pipe.ts";
import type { PipesContext } from "./ports.ts";

type SourceParameters = PipeSettings["sourceParameters"];

export interface Batching {
  readonly BatchSize?: number | undefined;
  readonly MaximumBatchingWindowInSeconds?: number | undefined;
}

export function batchingOf({
  source,
  sourceParameters,
}: Pick<PipeSettings, "source" | "sourceParameters">): Batching {
  const { DynamoDBStreamParameters: stream, SqsQueueParameters: queue } = sourceParameters;
  return (parseArn(source)?.service === "dynamodb" ? stream : queue) ?? {};
}

/** With what holds where nothing is given, as `DescribePipe` shows it. */
export function withDefaults(
  ends: { readonly Source: string; readonly Target: string },
  given: SourceParameters,
): SourceParameters {
  const { DynamoDBStreamParameters: stream, SqsQueueParameters: queue } = given;
  switch (parseArn(ends.Source)?.service) {
    case "sqs":
      return { ...given, SqsQueueParameters: { BatchSize: BATCH_SIZE_DEFAULT, ...queue } };
    case "dynamodb":
      return stream === undefined
        ? given
        : {
            ...given,
            DynamoDBStreamParameters: {
              ...stream,
              BatchSize: stream.BatchSize ?? streamBatchSize(ends.Target),
              MaximumRecordAgeInSeconds: stream.MaximumRecordAgeInSeconds ?? -1,
              MaximumRetryAttempts: stream.MaximumRetryAttempts ?? -1,
              ParallelizationFactor: stream.ParallelizationFactor ?? 1,
            },
          };
    default:
      return given;
  }
}

/** No more than the target takes at once. */
function streamBatchSize(target: string): number {
  const targetMax = TARGET_BATCH_SIZE_MAX[parseArn(target)?.service ?? ""];
  return Math.min(STREAM_BATCH_SIZE_DEFAULT, targetMax ?? STREAM_BATCH_SIZE_DEFAULT);
}

/** Why the source cannot be read. */
export async function sourceProblem(
  ctx: PipesContext,
  source: string,
): Promise<string | undefined> {
  const arn = parseArn(source);
  const caller = { accountId: ctx.accountId, region: ctx.region };
  try {
    await (arn?.service === "dynamodb"
      ? ctx.dispatcher.call(caller, "dynamodbstreams", "DescribeStream", { StreamArn: source })
      : ctx.dispatcher.call(caller, "sqs", "GetQueueUrl", {
          QueueName: arn?.resource ?? "",
          QueueOwnerAWSAccountId: arn?.accountId,
        }));
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) {
      return `The source ${source} cannot be read: ${error.message}`;
    }
    throw error;
  }
}
