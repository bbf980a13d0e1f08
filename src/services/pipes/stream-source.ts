/** Pipes that read a stream: where they begin, and by which rules. */
import { parseArn } from "../../base/arn.ts";
import type { PolledPipe } from "../../outbox/polled-pipe.ts";
import { streamPositions, streamReadings } from "../../outbox/stream-position.ts";
import { sequenceNumberOf } from "../../store/sequence-number.ts";
import type { WriteTx } from "../../store/store.ts";
import type { Pipe } from "./pipe.ts";

/** Fixes the place where a pipe begins to read, in the transaction that makes it. */
export function beginReading(tx: WriteTx, pipe: Pipe): void {
  const { DynamoDBStreamParameters: stream } = pipe.sourceParameters;
  if (stream !== undefined) {
    const start = stream.StartingPosition === "LATEST" ? "LATEST" : "TRIM_HORIZON";
    streamReadings.put(tx, [pipe.id], { start, bornSequence: sequenceNumberOf(tx.orderedId()) });
  }
}

export function endReading(tx: WriteTx, pipe: Pipe): void {
  streamPositions.clear(tx, { prefix: [pipe.id] });
}

export function streamRulesOf(pipe: Pipe): PolledPipe["stream"] {
  const { DynamoDBStreamParameters: stream } = pipe.sourceParameters;
  if (parseArn(pipe.source)?.service !== "dynamodb" || stream === undefined) {
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
