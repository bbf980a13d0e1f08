import type { PutRecordsResultEntry } from "../../../wire/models/kinesis.gen.ts";
import { dryRun, invalidArgument, rateExceeded } from "../errors.ts";
import { REQUEST_BYTES_MAX } from "../limits.ts";
import type { KinesisOperation } from "../ports.ts";
import { checkedDraft, type PutDraft } from "../put-draft.ts";
import { shardIdOf } from "../shard.ts";
import { appendRecord, settleAppended } from "../stored-record.ts";
import { usableStream } from "../stream.ts";

/**
 * All records that find room are written in one transaction; the others are named in the answer.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
 */
export const putRecords: KinesisOperation<"PutRecords"> = async (ctx, input) => {
  const attempt = ctx.meter.attempt();
  return await ctx.store.write((tx) => {
    attempt.begin();
    const stream = usableStream(tx, ctx, "PutRecords", input);
    const drafts = input.Records.map((record, index) =>
      checkedDraft(tx, stream, record, `records.${index + 1}.member.`),
    );
    checkSize(drafts);
    if (input.DryRun === true) {
      throw dryRun();
    }
    const appendedTo = new Set<number>();
    let failed = 0;
    const results = drafts.map((draft): PutRecordsResultEntry => {
      const { shard, sizeBytes } = draft;
      const place = { stream: stream.number, shard, nowMs: tx.nowMs };
      if (!attempt.take(place, { records: 1, writeBytes: sizeBytes })) {
        failed += 1;
        const { code, message } = rateExceeded(shardIdOf(shard), stream);
        return { ErrorCode: code, ErrorMessage: message };
      }
      appendedTo.add(shard);
      return appendRecord(tx, stream, draft);
    });
    if (appendedTo.size > 0) {
      settleAppended(tx, stream, appendedTo);
    }
    return {
      FailedRecordCount: failed,
      Records: results,
      ...(stream.keyId !== undefined && { EncryptionType: "KMS" }),
    };
  });
};

function checkSize(drafts: readonly PutDraft[]): void {
  const sum = drafts.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
  if (sum > REQUEST_BYTES_MAX) {
    throw invalidArgument("Records size exceeds 10 MB limit");
  }
}
