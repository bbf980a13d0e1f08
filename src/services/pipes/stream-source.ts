/** Pipes that read a stream: where they begin, and by which rules. */
import type { PolledPipe } from "../../outbox/polled-pipe.ts";
import {
  type StreamReading,
  streamPositions,
  streamReadings,
} from "../../outbox/stream-position.ts";
import { sequenceNumberOf } from "../../store/sequence-number.ts";
import type { WriteTx } from "../../store/store.ts";
import type { Pipe } from "./pipe.ts";
import { streamParametersOf } from "./source.ts";

/** Fixes the place where a pipe begins to read, in the transaction that makes it. */
export function beginReading(tx: WriteTx, pipe: Pipe): void {
  const stream = streamParametersOf(pipe);
  if (stream !== undefined) {
    streamReadings.put(tx, [pipe.id], {
      start: stream.StartingPosition as StreamReading["start"],
      bornSequence: sequenceNumberOf(tx.orderedId()),
      timestampMs: stream.StartingPositionTimestamp?.getTime(),
    });
  }
}

export function endReading(tx: WriteTx, pipe: Pipe): void {
  streamPositions.clear(tx, { prefix: [pipe.id] });
}

export function streamRulesOf(pipe: Pipe): PolledPipe["stream"] {
  const stream = streamParametersOf(pipe);
  if (stream === undefined) {
    return undefined;
  }
  const ageSeconds = limit(stream.MaximumRecordAgeInSeconds);
  return {
    id: pipe.id,
    rules: {
      parallelization: stream.ParallelizationFactor ?? 1,
      bisects: stream.OnPartialBatchItemFailure === "AUTOMATIC_BISECT",
      retryAttemptsMax: limit(stream.MaximumRetryAttempts),
      recordAgeMsMax: ageSeconds === undefined ? undefined : ageSeconds * 1_000,
      onFailureArn: stream.DeadLetterConfig?.Arn,
      tumblingWindowMs: 0,
    },
  };
}

/** -1 is none. */
function limit(given: number | undefined): number | undefined {
  return given === undefined || given === -1 ? undefined : given;
}
