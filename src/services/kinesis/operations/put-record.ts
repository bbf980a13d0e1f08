import { shardPlaceOf } from "../../../store/sequence-number.ts";
import { orderedIdFrom } from "../../../store/stamps.ts";
import { dryRun, invalidArgument, rateExceeded } from "../errors.ts";
import type { KinesisOperation } from "../ports.ts";
import { checkedDraft } from "../put-draft.ts";
import { shardIdOf } from "../shard.ts";
import { appendRecord, settleAppended } from "../stored-record.ts";
import { type Stream, usableStream } from "../stream.ts";

/**
 * Sequence numbers of a shard rise with each write, so what `SequenceNumberForOrdering` asks for
 * holds for every number that was given out.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html
 */
export const putRecord: KinesisOperation<"PutRecord"> = async (ctx, input) => {
  const attempt = ctx.meter.attempt();
  try {
    return await ctx.store.write((tx) => {
      attempt.begin();
      const stream = usableStream(tx, ctx, "PutRecord", input);
      const draft = checkedDraft(tx, stream, input, "");
      const { shard, sizeBytes } = draft;
      checkOrdering(stream, input.SequenceNumberForOrdering, tx.nowMs);
      const place = { stream: stream.number, shard, nowMs: tx.nowMs };
      if (!attempt.take(place, { records: 1, writeBytes: sizeBytes })) {
        throw rateExceeded(shardIdOf(shard), stream);
      }
      if (input.DryRun === true) {
        throw dryRun();
      }
      const { ShardId, SequenceNumber } = appendRecord(tx, stream, draft);
      settleAppended(tx, stream, [shard]);
      return stream.keyId === undefined
        ? { ShardId, SequenceNumber }
        : { ShardId, SequenceNumber, EncryptionType: "KMS" };
    });
  } catch (error) {
    attempt.begin();
    throw error;
  }
};

/** A number that is none, or of a time to come, was never given out. */
function checkOrdering(stream: Stream, sequenceNumber: string | undefined, nowMs: number): void {
  if (sequenceNumber === undefined) {
    return;
  }
  if (stream.distributesItself === true) {
    throw invalidArgument(
      "SequenceNumberForOrdering is not supported for streams with the AUTO record distribution " +
        "strategy.",
    );
  }
  const place = shardPlaceOf(sequenceNumber);
  if (place === undefined || place.orderedId >= orderedIdFrom(nowMs + CLOCK_SKEW_MS)) {
    throw invalidArgument(
      `ExclusiveMinimumSequenceNumber ${sequenceNumber} used in PutRecord on stream ` +
        `${stream.name} under account ${stream.accountId} is invalid.`,
    );
  }
}

/** Many writes within one ms borrow from the next. */
const CLOCK_SKEW_MS = 1_000;
