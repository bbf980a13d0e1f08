/**
 * What pipes are refused for.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_CreatePipe.html
 */
import { parseArn } from "../../base/arn.ts";
import { parseEventPattern } from "../../languages/event-pattern/event-pattern.ts";
import { parsePipeTemplate } from "../../languages/pipe-template/pipe-template.ts";
import { notSupported } from "../../wire/aws-error.ts";
import { missingParameter, validationException } from "./errors.ts";
import { BATCH_SIZE_MAX_WITHOUT_WINDOW } from "./limits.ts";
import type { PipeSettings } from "./pipe.ts";
import type { PipesContext } from "./ports.ts";
import { batchingOf, targetBatchSizeMax } from "./source.ts";

/** The services of sources by the parameters that belong to them. */
const SOURCE_PARAMETERS: Readonly<Record<string, string>> = {
  ActiveMQBrokerParameters: "mq",
  DynamoDBStreamParameters: "dynamodb",
  KinesisStreamParameters: "kinesis",
  ManagedStreamingKafkaParameters: "kafka",
  RabbitMQBrokerParameters: "mq",
  SelfManagedKafkaParameters: "smk",
  SqsQueueParameters: "sqs",
};

const TARGET_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  BatchJobParameters: ["batch"],
  CloudWatchLogsParameters: ["logs"],
  EcsTaskParameters: ["ecs"],
  EventBridgeEventBusParameters: ["events"],
  HttpParameters: ["events", "execute-api"],
  KinesisStreamParameters: ["kinesis"],
  LambdaFunctionParameters: ["lambda"],
  RedshiftDataParameters: ["redshift", "redshift-serverless"],
  SageMakerPipelineParameters: ["sagemaker"],
  SqsQueueParameters: ["sqs"],
  StepFunctionStateMachineParameters: ["states"],
  TimestreamParameters: ["timestream"],
};

/** The operation that a source of a service is read by. */
const SOURCE_OPERATIONS: Readonly<Record<string, readonly [service: string, operation: string]>> = {
  dynamodb: ["dynamodbstreams", "GetRecords"],
  kinesis: ["kinesis", "GetRecords"],
  sqs: ["sqs", "ReceiveMessage"],
};

/** Without this operation a target cannot be there; by service, or service and type. */
const TARGET_OPERATIONS: Readonly<Record<string, readonly [service: string, operation: string]>> = {
  "events:api-destination": ["events", "CreateApiDestination"],
  "events:event-bus": ["events", "PutEvents"],
  "execute-api": ["apigatewayv2", "CreateApi"],
  kinesis: ["kinesis", "PutRecords"],
  lambda: ["lambda", "Invoke"],
  logs: ["logs", "PutLogEvents"],
  sns: ["sns", "PublishBatch"],
  sqs: ["sqs", "SendMessageBatch"],
  states: ["states", "StartExecution"],
};

const ENRICHMENT_OPERATIONS: typeof TARGET_OPERATIONS = {
  "events:api-destination": ["events", "CreateApiDestination"],
  "execute-api": ["apigatewayv2", "CreateApi"],
  lambda: ["lambda", "Invoke"],
  states: ["states", "StartSyncExecution"],
};

export function checkPipe(ctx: PipesContext, operation: string, settings: PipeSettings): void {
  checkRegion(ctx, settings);
  checkSource(ctx, operation, settings);
  checkFilters(settings.sourceParameters);
  checkTarget(ctx, operation, settings);
  checkEnrichment(ctx, operation, settings);
  checkBatching(settings);
  checkTemplate(settings.targetParameters?.InputTemplate);
  checkTemplate(settings.enrichmentParameters?.InputTemplate);
  checkLogging(operation, settings.logConfiguration);
}

function checkRegion(ctx: PipesContext, { source, target }: PipeSettings): void {
  for (const end of [source, target]) {
    const region = parseArn(end)?.region ?? "";
    if (region !== "" && region !== ctx.region) {
      throw validationException("Creating cross-region pipe is not permitted.");
    }
  }
}

function checkSource(
  { catalog }: PipesContext,
  operation: string,
  { source, sourceParameters }: PipeSettings,
): void {
  const service = source.startsWith("smk:") ? "smk" : (parseArn(source)?.service ?? "");
  for (const [name, owner] of Object.entries(SOURCE_PARAMETERS)) {
    if (Reflect.get(sourceParameters, name) !== undefined && owner !== service) {
      throw validationException("Invalid source parameter provided for source");
    }
  }
  for (const [owner, name] of [
    ["kinesis", "KinesisStreamParameters"],
    ["dynamodb", "DynamoDBStreamParameters"],
  ] as const) {
    if (service === owner && sourceParameters[name] === undefined) {
      throw missingParameter(`SourceParameters.${name}`);
    }
  }
  const start = sourceParameters.KinesisStreamParameters;
  if (
    (start?.StartingPosition === "AT_TIMESTAMP") !==
    (start?.StartingPositionTimestamp !== undefined)
  ) {
    throw validationException(
      "StartingPositionTimestamp must be set if and only if StartingPosition is AT_TIMESTAMP.",
    );
  }
  const [api, reads] = SOURCE_OPERATIONS[service] ?? [];
  if (api === undefined || reads === undefined || !catalog.supports(api, reads)) {
    throw notSupported(operation, `the source type ${service}`);
  }
}

function checkFilters({ FilterCriteria }: PipeSettings["sourceParameters"]): void {
  for (const { Pattern } of FilterCriteria?.Filters ?? []) {
    const { reason } = parseEventPattern(Pattern ?? "");
    if (reason !== undefined) {
      throw validationException(`Invalid Event Pattern. Reason: ${reason}`);
    }
  }
}

function checkTarget(
  { catalog }: PipesContext,
  operation: string,
  { target, targetParameters = {} }: PipeSettings,
): void {
  const { service = "", resource = "" } = parseArn(target) ?? {};
  for (const [name, owners] of Object.entries(TARGET_PARAMETERS)) {
    if (Reflect.get(targetParameters, name) !== undefined && !owners.includes(service)) {
      throw validationException("Invalid target parameter provided for target.");
    }
  }
  const [type = ""] = resource.split(/[:/]/);
  const needed = TARGET_OPERATIONS[`${service}:${type}`] ?? TARGET_OPERATIONS[service];
  if (needed === undefined || !catalog.supports(...needed)) {
    throw notSupported(operation, `the target type ${service}:${type}`);
  }
  if (targetParameters.HttpParameters !== undefined && type === "event-bus") {
    throw validationException("Invalid target parameter provided for target.");
  }
  checkApiArn(target);
  if (service === "sns" && target.endsWith(".fifo")) {
    throw validationException("SNS FIFO topics are not supported as a pipe target.");
  }
  if (service === "kinesis" && targetParameters.KinesisStreamParameters === undefined) {
    throw missingParameter("TargetParameters.KinesisStreamParameters");
  }
  if (targetParameters.EventBridgeEventBusParameters?.EndpointId !== undefined) {
    throw notSupported(operation, "EventBridgeEventBusParameters.EndpointId");
  }
  const { InvocationType } = targetParameters.StepFunctionStateMachineParameters ?? {};
  if (
    service === "states" &&
    InvocationType !== "FIRE_AND_FORGET" &&
    !catalog.supports("states", "StartSyncExecution")
  ) {
    throw notSupported(operation, "the InvocationType REQUEST_RESPONSE of a state machine");
  }
}

function checkEnrichment(
  { catalog }: PipesContext,
  operation: string,
  { enrichment, enrichmentParameters }: PipeSettings,
): void {
  const { service = "", resource = "" } = parseArn(enrichment ?? "") ?? {};
  const isHttp = service === "events" || service === "execute-api";
  if (enrichmentParameters?.HttpParameters !== undefined && !isHttp) {
    throw validationException("Invalid enrichment parameter provided for enrichment.");
  }
  if (enrichment === undefined) {
    return;
  }
  const [type = ""] = resource.split(/[:/]/);
  const needed = ENRICHMENT_OPERATIONS[`${service}:${type}`] ?? ENRICHMENT_OPERATIONS[service];
  if (needed === undefined || !catalog.supports(...needed)) {
    throw notSupported(operation, `the enrichment type ${service}:${type}`);
  }
  checkApiArn(enrichment);
}

/** Of API Gateway: the API, a stage, a method, a path. */
function checkApiArn(text: string): void {
  const { service, resource = "" } = parseArn(text) ?? {};
  if (service === "execute-api" && !/^[a-z0-9]+\/[^/]+\/([A-Z]+|\*)(\/|$)/.test(resource)) {
    throw validationException(`Invalid API Gateway ARN: ${text}`);
  }
}

function checkBatching(settings: PipeSettings): void {
  const { source, target } = settings;
  const batching = batchingOf(settings);
  const { BatchSize = 0, MaximumBatchingWindowInSeconds: windowSeconds = 0 } = batching;
  const targetMax = targetBatchSizeMax(target);
  if (targetMax !== undefined && BatchSize > targetMax) {
    throw validationException(
      `The configured batch size ${BatchSize} is greater than the max supported batch size of the target: ${targetMax}.`,
    );
  }
  if (parseArn(source)?.service !== "sqs") {
    return;
  }
  const isFifo = source.endsWith(".fifo");
  if (isFifo && (BatchSize > BATCH_SIZE_MAX_WITHOUT_WINDOW || windowSeconds > 0)) {
    throw validationException(
      `A FIFO queue takes a batch size of at most ${BATCH_SIZE_MAX_WITHOUT_WINDOW} and no batching window.`,
    );
  }
  if (BatchSize > BATCH_SIZE_MAX_WITHOUT_WINDOW && windowSeconds === 0) {
    throw validationException(
      `MaximumBatchingWindowInSeconds must be at least 1 when BatchSize is greater than ${BATCH_SIZE_MAX_WITHOUT_WINDOW}.`,
    );
  }
}

function checkTemplate(template: string | undefined): void {
  const { unknown } = parsePipeTemplate(template ?? "");
  if (unknown !== undefined) {
    throw validationException(
      `Invalid json path reference or predefined variable for placeholder: <${unknown}>`,
    );
  }
}

function checkLogging(operation: string, logging: PipeSettings["logConfiguration"]): void {
  if (logging?.S3LogDestination !== undefined) {
    throw notSupported(operation, "LogConfiguration.S3LogDestination");
  }
  if (logging?.FirehoseLogDestination !== undefined) {
    throw notSupported(operation, "LogConfiguration.FirehoseLogDestination");
  }
  const hasDestination = logging?.CloudwatchLogsLogDestination !== undefined;
  if (logging !== undefined && logging.Level !== "OFF" && !hasDestination) {
    throw validationException("Must provide at least 1 log destination in LogConfiguration");
  }
}
