/**
 * Event source mappings: which queue is read for which function.
 *
 * Changes of state take effect through a timer that is due at once (`mapping-states.ts`), so that a
 * mapping is seen in the states in between, as on AWS.
 */
import { formatArn } from "../../base/arn.ts";
import type { PollerCounts } from "../../outbox/event-source.ts";
import type { ReadTx } from "../../store/store.ts";
import type { Output } from "../../wire/operations.ts";
import { resourceDoesNotExist } from "./errors.ts";
import { type FunctionReference, qualifiedArn } from "./function-name.ts";
import { mappings } from "./keys.ts";

export interface Mapping extends MappingSettings {
  readonly uuid: string;
  readonly region: string;
  readonly accountId: string;
  readonly sourceArn: string;
  readonly state: MappingState;
  readonly modifiedMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface MappingSettings {
  readonly function: FunctionReference;
  readonly batchSize: number;
  readonly batchWindowSeconds: number;
  readonly maximumConcurrency?: number | undefined;
  /** Of provisioned mode. */
  readonly pollers?: PollerCounts | undefined;
  /** Event patterns as given. */
  readonly filters: readonly string[];
  /** The key that AWS would encrypt the filters with: stored and shown. */
  readonly filterKeyArn?: string | undefined;
  /** Stored and shown: see Gaps in README.md. */
  readonly metrics?: readonly string[] | undefined;
  readonly reportsItemFailures: boolean;
  /** Of streams. */
  readonly stream?: StreamSettings | undefined;
}

export interface StreamSettings {
  readonly start: "TRIM_HORIZON" | "LATEST" | "AT_TIMESTAMP";
  /** Of AT_TIMESTAMP. */
  readonly timestampMs?: number | undefined;
  readonly parallelization: number;
  readonly bisects: boolean;
  /** -1: until the record expires. */
  readonly retryAttemptsMax: number;
  /** -1: as long as the stream has the record. */
  readonly recordAgeSecondsMax: number;
  /** 0: none. */
  readonly tumblingWindowSeconds: number;
  readonly onFailureArn?: string | undefined;
}

export type MappingState =
  | "Creating"
  | "Enabling"
  | "Enabled"
  | "Disabling"
  | "Disabled"
  | "Updating"
  | "Deleting";

export interface MappingId {
  readonly region: string;
  readonly accountId: string;
  readonly uuid: string;
}

export const MAPPINGS_TOPIC = "lambda:mappings";

export function existingMapping(tx: ReadTx, { region, accountId, uuid }: MappingId): Mapping {
  const mapping = mappings.get(tx, [region, accountId, uuid]);
  if (mapping === undefined) {
    throw resourceDoesNotExist();
  }
  return mapping;
}

export function mappingArn({ region, accountId, uuid }: MappingId): string {
  return formatArn({
    service: "lambda",
    region,
    accountId,
    resource: `event-source-mapping:${uuid}`,
  });
}

/** `lastResult` is that of the stream's last batch, if there was one. */
export function shownMapping(
  mapping: Mapping,
  lastResult?: string,
): Output<"lambda", "GetEventSourceMapping"> {
  return {
    UUID: mapping.uuid,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.batchWindowSeconds,
    EventSourceArn: mapping.sourceArn,
    ...(mapping.filters.length > 0 && {
      FilterCriteria: { Filters: mapping.filters.map((pattern) => ({ Pattern: pattern })) },
    }),
    FunctionArn: qualifiedArn(mapping.function, mapping.function.qualifier),
    LastModified: new Date(mapping.modifiedMs),
    State: mapping.state,
    StateTransitionReason: "USER_INITIATED",
    FunctionResponseTypes: mapping.reportsItemFailures ? ["ReportBatchItemFailures"] : [],
    ...(mapping.maximumConcurrency !== undefined && {
      ScalingConfig: { MaximumConcurrency: mapping.maximumConcurrency },
    }),
    ...(mapping.pollers !== undefined && {
      ProvisionedPollerConfig: {
        MinimumPollers: mapping.pollers.min,
        MaximumPollers: mapping.pollers.max,
      },
    }),
    ...(mapping.filterKeyArn !== undefined && { KMSKeyArn: mapping.filterKeyArn }),
    ...(mapping.metrics !== undefined && { MetricsConfig: { Metrics: mapping.metrics } }),
    EventSourceMappingArn: mappingArn(mapping),
    ...(mapping.stream && shownStream(mapping.stream, lastResult)),
  };
}

function shownStream(
  stream: StreamSettings,
  lastResult: string | undefined,
): Output<"lambda", "GetEventSourceMapping"> {
  return {
    StartingPosition: stream.start,
    ...(stream.timestampMs !== undefined && {
      StartingPositionTimestamp: new Date(stream.timestampMs),
    }),
    ParallelizationFactor: stream.parallelization,
    BisectBatchOnFunctionError: stream.bisects,
    MaximumRetryAttempts: stream.retryAttemptsMax,
    MaximumRecordAgeInSeconds: stream.recordAgeSecondsMax,
    TumblingWindowInSeconds: stream.tumblingWindowSeconds,
    DestinationConfig: {
      OnFailure: stream.onFailureArn === undefined ? {} : { Destination: stream.onFailureArn },
    },
    LastProcessingResult: lastResult ?? "No records processed",
  };
}
