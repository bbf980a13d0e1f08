/**
 * What becomes of a batch of a stream: from its outcome to the next position, as a pure function.
 *
 * | outcome                          | what follows                                               |
 * |----------------------------------|------------------------------------------------------------|
 * | the function is done with it     | on behind it                                               |
 * | it names records that failed     | on at the first of them, which has failed once, or, when it |
 * |                                  | bisects, was split off                                     |
 * | it fails, and bisects            | the first half is tried alone, then the other              |
 * | it fails                         | again, later each time                                     |
 * | it fails once too often          | discarded                                                  |
 *
 * Splitting a batch, in half or where the function says, does not count as a retry.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
import type { StreamRules } from "../outbox/event-source.ts";
import type { StreamPosition } from "../outbox/stream-position.ts";
import type { SourceRecord } from "./stream-source.ts";

export interface StreamBatch {
  /** What the function gets; filters may have left nothing. */
  readonly records: readonly SourceRecord[];
  /** The last sequence number it covers. */
  readonly through: string;
}

/** `failedFrom`: the records from this one on failed; 0: all of them did. */
export type BatchOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly failedFrom: number };

export type DiscardReason = "RetryAttemptsExhausted" | "RecordAgeExceeded";

export interface NextStep {
  readonly position: StreamPosition;
  readonly discarded: readonly SourceRecord[];
  /** Invocations of the batch that failed in a row: tells how long to wait; 0 goes on at once. */
  readonly failures: number;
}

export const START: StreamPosition = { attempts: 0, ends: [] };

export function afterOutcome(
  position: StreamPosition,
  batch: StreamBatch,
  outcome: BatchOutcome,
  rules: StreamRules,
): NextStep {
  if (outcome.kind === "done") {
    return { position: doneThrough(position, batch.through), discarded: [], failures: 0 };
  }
  const { failedFrom } = outcome;
  const last = batch.records[failedFrom - 1];
  const failed = batch.records.slice(failedFrom);
  const ends = position.ends.length === 0 ? [batch.through] : position.ends;
  const reached: StreamPosition =
    last === undefined
      ? { ...position, ends }
      : { ...position, ends, after: last.sequenceNumber, attempts: 0 };
  if (rules.bisects && last !== undefined) {
    return { position: reached, discarded: [], failures: 0 };
  }
  if (rules.bisects && failed.length > 1) {
    const half = failed[Math.floor(failed.length / 2) - 1];
    const halves = half === undefined ? ends : [half.sequenceNumber, ...ends];
    return { position: { ...reached, ends: halves }, discarded: [], failures: 0 };
  }
  const attempts = reached.attempts + 1;
  if (rules.retryAttemptsMax !== undefined && attempts > rules.retryAttemptsMax) {
    return { position: doneThrough(reached, batch.through), discarded: failed, failures: 0 };
  }
  return { position: { ...reached, attempts }, discarded: [], failures: attempts };
}

/** Records that are too old go before the function sees them: how many of the first are. */
export function expiredCount(records: readonly SourceRecord[], oldestMs: number): number {
  const firstFresh = records.findIndex(({ arrivedMs }) => arrivedMs >= oldestMs);
  return firstFresh === -1 ? records.length : firstFresh;
}

export function doneThrough(position: StreamPosition, through: string): StreamPosition {
  return {
    ...position,
    after: through,
    attempts: 0,
    ends: position.ends.filter((end) => isBehind(end, through)),
  };
}

/** Whether sequence number `a` comes after `b`. */
export function isBehind(a: string, b: string): boolean {
  return a.length === b.length ? a > b : BigInt(a) > BigInt(b);
}
