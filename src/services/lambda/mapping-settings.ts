/**
 * From a request to the settings of a mapping.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 */
import { parseArn } from "../../base/arn.ts";
import { parseEventPattern } from "../../languages/event-pattern/event-pattern.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { Input } from "../../wire/operations.ts";
import { invalidParameterValue } from "./errors.ts";
import type { FunctionReference } from "./function-name.ts";
import type { MappingSettings } from "./mapping.ts";
import { unsupportedParameter } from "./mapping-errors.ts";
import { changedPollers, checkScaling } from "./mapping-scaling.ts";
import { checkDataFilters } from "./mapping-stream-checks.ts";
import { changedStreamSettings, newStreamSettings } from "./mapping-stream-settings.ts";

type Create = Input<"lambda", "CreateEventSourceMapping">;
type Update = Input<"lambda", "UpdateEventSourceMapping">;

const BATCH_SIZE_DEFAULT = 10;
const STREAM_BATCH_SIZE_DEFAULT = 100;
/** Larger batches need a window to gather them in. */
const BATCH_SIZE_MAX_WITHOUT_WINDOW = 10;
const FILTERS_MAX = 5;
const STREAM_SERVICES: ReadonlySet<string> = new Set(["dynamodb", "kinesis"]);

export function newMappingSettings(fn: FunctionReference, input: Create): MappingSettings {
  checkSource("CreateEventSourceMapping", input);
  refuseForCreate(input);
  const isStream = isStreamArn(input.EventSourceArn);
  const initial: MappingSettings = {
    function: fn,
    stream: isStream ? newStreamSettings(input) : undefined,
    batchSize: isStream ? STREAM_BATCH_SIZE_DEFAULT : BATCH_SIZE_DEFAULT,
    batchWindowSeconds: 0,
    filters: [],
    reportsItemFailures: false,
  };
  return checked(changed(initial, input), input.EventSourceArn ?? "");
}

export function changedMappingSettings(
  current: MappingSettings & { readonly sourceArn: string },
  fn: FunctionReference,
  input: Update,
): MappingSettings {
  const settings = changed({ ...current, function: fn }, input);
  return checked(settings, current.sourceArn);
}

function isStreamArn(sourceArn: string | undefined): boolean {
  return STREAM_SERVICES.has(parseArn(sourceArn ?? "")?.service ?? "");
}

/** By the service in the ARN: what AWS reads and the engine does not. */
const OTHER_SOURCES: Readonly<Record<string, string>> = {
  kafka: "Amazon MSK",
  mq: "Amazon MQ",
  rds: "Amazon DocumentDB",
};

/** Queues and streams of DynamoDB and Kinesis; other sources are refused by their names. */
function checkSource(operation: string, input: Create): void {
  const sourceArn = input.EventSourceArn;
  if (input.SelfManagedEventSource !== undefined) {
    throw notSupported(operation, "SelfManagedEventSource: self-managed Apache Kafka");
  }
  if (sourceArn === undefined) {
    throw invalidParameterValue("Unrecognized event source.");
  }
  const service = parseArn(sourceArn)?.service;
  if (service === undefined) {
    throw invalidParameterValue(
      `Unrecognized event source, must be kinesis, dynamodb stream or sqs. Unsupported source ${sourceArn}`,
    );
  }
  if (service !== "sqs" && !STREAM_SERVICES.has(service)) {
    throw notSupported(operation, `an event source of ${OTHER_SOURCES[service] ?? service}`);
  }
}

function changed(
  current: MappingSettings,
  input: Omit<Update, "UUID" | "FunctionName" | "Enabled">,
): MappingSettings {
  refuseKafkaParameters(input);
  if (current.stream === undefined) {
    refuseStreamParameters(input);
  }
  return {
    stream: current.stream && changedStreamSettings(current.stream, input),
    function: current.function,
    batchSize: input.BatchSize ?? current.batchSize,
    batchWindowSeconds: input.MaximumBatchingWindowInSeconds ?? current.batchWindowSeconds,
    maximumConcurrency:
      input.ScalingConfig === undefined
        ? current.maximumConcurrency
        : input.ScalingConfig.MaximumConcurrency,
    pollers: changedPollers(current.pollers, input.ProvisionedPollerConfig),
    filters: filtersOf(input.FilterCriteria) ?? current.filters,
    filterKeyArn:
      input.KMSKeyArn === undefined ? current.filterKeyArn : input.KMSKeyArn || undefined,
    metrics: input.MetricsConfig === undefined ? current.metrics : metricsOf(input.MetricsConfig),
    reportsItemFailures:
      input.FunctionResponseTypes?.includes("ReportBatchItemFailures") ??
      current.reportsItemFailures,
  };
}

function checked(settings: MappingSettings, sourceArn: string): MappingSettings {
  checkScaling(settings);
  if (settings.stream !== undefined) {
    checkDataFilters(sourceArn, settings.filters);
    return settings;
  }
  if (sourceArn.endsWith(".fifo")) {
    if (settings.batchWindowSeconds > 0) {
      throw invalidParameterValue("Batching window is not supported for FIFO queues");
    }
    if (settings.batchSize > BATCH_SIZE_MAX_WITHOUT_WINDOW) {
      throw invalidParameterValue(
        `Batch size for FIFO queues must be at most ${BATCH_SIZE_MAX_WITHOUT_WINDOW}.`,
      );
    }
  }
  if (settings.batchSize > BATCH_SIZE_MAX_WITHOUT_WINDOW && settings.batchWindowSeconds === 0) {
    // https://github.com/ansible-collections/amazon.aws/issues/1995
    throw invalidParameterValue(
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
    );
  }
  return settings;
}

function filtersOf(criteria: Create["FilterCriteria"]): readonly string[] | undefined {
  if (criteria === undefined) {
    return undefined;
  }
  const patterns = (criteria.Filters ?? []).flatMap(({ Pattern }) => Pattern ?? []);
  if (patterns.length > FILTERS_MAX) {
    throw invalidParameterValue(`The number of filters exceeds the limit of ${FILTERS_MAX}.`);
  }
  for (const pattern of patterns) {
    if (parseEventPattern(pattern).pattern === undefined) {
      // https://github.com/aws/aws-cdk/issues/23057
      throw invalidParameterValue("Invalid filter pattern definition.");
    }
  }
  return patterns;
}

/** `EventCount` is the one metric of queues and streams. */
function metricsOf(config: NonNullable<Update["MetricsConfig"]>): readonly string[] | undefined {
  const metrics = config.Metrics ?? [];
  if (metrics.some((metric) => metric !== "EventCount")) {
    throw unsupportedParameter("MetricsConfig");
  }
  return metrics.length === 0 ? undefined : metrics;
}

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingLoggingConfig.html */
function refuseKafkaParameters(input: Omit<Update, "UUID" | "FunctionName">): void {
  refuseOfOthers([
    ["LoggingConfig", input.LoggingConfig !== undefined],
    ["SourceAccessConfigurations", (input.SourceAccessConfigurations?.length ?? 0) > 0],
    [
      "AmazonManagedKafkaEventSourceConfig",
      input.AmazonManagedKafkaEventSourceConfig !== undefined,
    ],
    ["SelfManagedKafkaEventSourceConfig", input.SelfManagedKafkaEventSourceConfig !== undefined],
    ["DocumentDBEventSourceConfig", input.DocumentDBEventSourceConfig !== undefined],
  ]);
}

function refuseStreamParameters(input: Omit<Update, "UUID" | "FunctionName">): void {
  refuseOfOthers([
    ["ParallelizationFactor", input.ParallelizationFactor !== undefined],
    ["MaximumRecordAgeInSeconds", input.MaximumRecordAgeInSeconds !== undefined],
    ["BisectBatchOnFunctionError", input.BisectBatchOnFunctionError === true],
    ["MaximumRetryAttempts", input.MaximumRetryAttempts !== undefined],
    ["TumblingWindowInSeconds", (input.TumblingWindowInSeconds ?? 0) > 0],
    ["DestinationConfig", hasDestination(input.DestinationConfig)],
  ]);
}

function hasDestination(config: Update["DestinationConfig"]): boolean {
  return (config?.OnFailure ?? config?.OnSuccess) !== undefined;
}

/** Source of the message: https://github.com/motdotla/node-lambda/issues/466 */
function refuseForCreate(input: Create): void {
  const isStream = isStreamArn(input.EventSourceArn);
  if (!isStream && input.StartingPosition !== undefined) {
    throw invalidParameterValue("StartingPosition is not valid for SQS event sources.");
  }
  refuseOfOthers([
    ["StartingPositionTimestamp", !isStream && input.StartingPositionTimestamp !== undefined],
    ["Topics", input.Topics !== undefined],
    ["Queues", input.Queues !== undefined],
  ]);
}

function refuseOfOthers(parameters: readonly [parameter: string, given: boolean][]): void {
  for (const [parameter, given] of parameters) {
    if (given) {
      throw unsupportedParameter(parameter);
    }
  }
}
