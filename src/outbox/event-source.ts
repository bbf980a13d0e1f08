/** What the pollers of `src/delivery` have to know of the event source mappings. */
export interface PolledMapping {
  readonly uuid: string;
  readonly accountId: string;
  readonly region: string;
  /** The queue or stream. */
  readonly sourceArn: string;
  /** As it is to be invoked. */
  readonly functionArn: string;
  readonly batchSize: number;
  /** How long to gather records for one batch. */
  readonly batchWindowMs: number;
  /** The most batches that may be in the function at once, as far as anybody set a limit. */
  readonly concurrencyMax: number | undefined;
  /** Of queues in provisioned mode. */
  readonly pollers?: PollerCounts | undefined;
  /** Event patterns: a record that none of them matches is not for the function. */
  readonly filters: readonly string[];
  /** The function says which records of a batch failed. */
  readonly reportsItemFailures: boolean;
  /** Of streams. */
  readonly stream: StreamRules | undefined;
}

/** Pollers that are ready, and that there may be: each has up to ten batches under way. */
export interface PollerCounts {
  readonly min: number;
  readonly max: number;
}

/** How a stream is read, and what becomes of batches that fail. */
export interface StreamRules {
  /** Batches of one shard that may be with the function at once; each key stays in order. */
  readonly parallelization: number;
  /** Splits a batch in two when the function fails. */
  readonly bisects: boolean;
  /** `undefined`: until the records expire. */
  readonly retryAttemptsMax: number | undefined;
  /** Older records are discarded; `undefined`: those the stream still has are not. */
  readonly recordAgeMsMax: number | undefined;
  /** Gets a record of each batch that is discarded. */
  readonly onFailureArn: string | undefined;
  /** 0: there are no tumbling windows. */
  readonly tumblingWindowMs: number;
}

/** Signalled when a stream has records that it did not have before. */
export function streamTopic(streamArn: string): string {
  return `stream:${streamArn}`;
}

/** Of Kinesis: signalled when a shard has a record that it did not have before, or is closed. */
export function shardTopic(streamArn: string, shardId: string): string {
  return `${streamTopic(streamArn)}/${shardId}`;
}

export interface EventSources {
  /** Signalled when what `enabled` returns may have changed. */
  readonly topic: string;
  enabled(): Promise<readonly PolledMapping[]>;
}
