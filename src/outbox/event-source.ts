/** What the pollers of `src/delivery` have to know of the event source mappings. */
export interface PolledMapping {
  readonly uuid: string;
  readonly accountId: string;
  readonly region: string;
  /** The queue. */
  readonly sourceArn: string;
  /** As it is to be invoked. */
  readonly functionArn: string;
  readonly batchSize: number;
  /** How long to gather records for one batch. */
  readonly batchWindowMs: number;
  /** The most batches that may be in the function at once, as far as anybody set a limit. */
  readonly concurrencyMax: number | undefined;
  /** Event patterns: a record that none of them matches is not for the function. */
  readonly filters: readonly string[];
  /** The function says which records of a batch failed. */
  readonly reportsItemFailures: boolean;
}

/** Signalled when a stream has records that it did not have before. */
export function streamTopic(streamArn: string): string {
  return `stream:${streamArn}`;
}

export interface EventSources {
  /** Signalled when what `enabled` returns may have changed. */
  readonly topic: string;
  enabled(): Promise<readonly PolledMapping[]>;
}
