/** The parameters of sources: which belong to which, and their defaults. */
import { parseArn } from "../../base/arn.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { BATCH_SIZE_DEFAULT, STREAM_BATCH_SIZE_DEFAULT, TARGET_BATCH_SIZE_MAX } from "./limits.ts";
import type { PipeSettings } from "./pipe.ts";
import type { PipesContext } from "./ports.ts";

type SourceParameters = PipeSettings["sourceParameters"];
/** Those of DynamoDB streams, and one more. */
export type StreamParameters = NonNullable<SourceParameters["KinesisStreamParameters"]>;

export interface Batching {
  readonly BatchSize?: number | undefined;
  readonly MaximumBatchingWindowInSeconds?: number | undefined;
}

export function batchingOf({
  source,
  sourceParameters,
}: Pick<PipeSettings, "source" | "sourceParameters">): Batching {
  const { SqsQueueParameters: queue } = sourceParameters;
  return streamParametersOf({ source, sourceParameters }) ?? queue ?? {};
}

/** Of a source that is a stream. */
export function streamParametersOf({
  source,
  sourceParameters,
}: Pick<PipeSettings, "source" | "sourceParameters">): StreamParameters | undefined {
  switch (parseArn(source)?.service) {
    case "dynamodb":
      return sourceParameters.DynamoDBStreamParameters;
    case "kinesis":
      return sourceParameters.KinesisStreamParameters;
    default:
      return undefined;
  }
}

/** With what holds where nothing is given, as `DescribePipe` shows it. */
export function withDefaults(
  ends: { readonly Source: string; readonly Target: string },
  given: SourceParameters,
): SourceParameters {
  const {
    DynamoDBStreamParameters: table,
    KinesisStreamParameters: stream,
    SqsQueueParameters: queue,
  } = given;
  switch (parseArn(ends.Source)?.service) {
    case "sqs":
      return { ...given, SqsQueueParameters: { BatchSize: BATCH_SIZE_DEFAULT, ...queue } };
    case "dynamodb":
      return table === undefined
        ? given
        : { ...given, DynamoDBStreamParameters: withStreamDefaults(ends.Target, table) };
    case "kinesis":
      return stream === undefined
        ? given
        : { ...given, KinesisStreamParameters: withStreamDefaults(ends.Target, stream) };
    default:
      return given;
  }
}

function withStreamDefaults(target: string, stream: StreamParameters): StreamParameters {
  return {
    ...stream,
    BatchSize: stream.BatchSize ?? streamBatchSize(target),
    MaximumRecordAgeInSeconds: stream.MaximumRecordAgeInSeconds ?? -1,
    MaximumRetryAttempts: stream.MaximumRetryAttempts ?? -1,
    ParallelizationFactor: stream.ParallelizationFactor ?? 1,
  };
}

/** No more than the target takes at once. */
function streamBatchSize(target: string): number {
  return Math.min(
    STREAM_BATCH_SIZE_DEFAULT,
    targetBatchSizeMax(target) ?? STREAM_BATCH_SIZE_DEFAULT,
  );
}

/** `undefined` when the target takes batches of any size. */
export function targetBatchSizeMax(target: string): number | undefined {
  const { service = "", resource = "" } = parseArn(target) ?? {};
  return resource.startsWith("api-destination/") ? undefined : TARGET_BATCH_SIZE_MAX[service];
}

/** Why the source cannot be read. */
export async function sourceProblem(
  ctx: PipesContext,
  source: string,
): Promise<string | undefined> {
  try {
    await lookAt(ctx, source);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) {
      return `The source ${source} cannot be read: ${error.message}`;
    }
    throw error;
  }
}

function lookAt({ accountId, region, dispatcher }: PipesContext, source: string): Promise<unknown> {
  const arn = parseArn(source);
  const caller = { accountId, region };
  switch (arn?.service) {
    case "dynamodb":
      return dispatcher.call(caller, "dynamodbstreams", "DescribeStream", { StreamArn: source });
    case "kinesis":
      return source.includes("/consumer/")
        ? dispatcher.call(caller, "kinesis", "DescribeStreamConsumer", { ConsumerARN: source })
        : dispatcher.call(caller, "kinesis", "DescribeStreamSummary", { StreamARN: source });
    default:
      return dispatcher.call(caller, "sqs", "GetQueueUrl", {
        QueueName: arn?.resource ?? "",
        QueueOwnerAWSAccountId: arn?.accountId,
      });
  }
}
