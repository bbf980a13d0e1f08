import { AwsError } from "../../../wire/aws-error.ts";
import type { Input } from "../../../wire/operations.ts";
import { topicArnOf } from "../arns.ts";
import {
  batchEntryIdsNotDistinct,
  batchRequestTooLong,
  emptyBatchRequest,
  invalidBatchEntryId,
  tooManyEntriesInBatchRequest,
} from "../errors.ts";
import { fanOut } from "../fan-out.ts";
import { BATCH_ENTRIES_MAX, BATCH_ENTRY_ID_LENGTH_MAX, MESSAGE_SIZE_BYTES_MAX } from "../limits.ts";
import { messageAttributesOf } from "../message-attributes.ts";
import type { SnsContext, SnsOperation } from "../ports.ts";
import { type Publication, publicationOf } from "../publication.ts";
import { existingTopic } from "../topic.ts";
import { reportUndelivered } from "../undelivered.ts";

type Entry = Input<"sns", "PublishBatch">["PublishBatchRequestEntries"][number];

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
export const publishBatch: SnsOperation<"PublishBatch"> = async (ctx, input) => {
  const arn = topicArnOf(ctx.region, input.TopicArn, "TopicArn");
  const entries = input.PublishBatchRequestEntries;
  checkEntries(entries);
  const checked = entries.map((entry) => ({ Id: entry.Id, ...checkedEntry(ctx, entry) }));
  const good = checked.flatMap(({ Id, publication }) =>
    publication === undefined ? [] : [{ Id, publication }],
  );
  const sizeBytes = good.reduce((sum, { publication }) => sum + publication.sizeBytes, 0);
  if (sizeBytes > MESSAGE_SIZE_BYTES_MAX) {
    throw batchRequestTooLong();
  }
  const undelivered = await ctx.store.write((tx) => {
    const topic = existingTopic(tx, arn);
    return good.flatMap(({ publication }) =>
      fanOut(tx, ctx, { topic, publication, endpoint: ctx.endpoint }),
    );
  });
  reportUndelivered(ctx.log, undelivered);
  return {
    Successful: good.map(({ Id, publication }) => ({ Id, MessageId: publication.messageId })),
    Failed: checked.flatMap(({ Id, error }) => (error === undefined ? [] : [failed(Id, error)])),
  };
};

const ENTRY_ID = new RegExp(`^[A-Za-z0-9_-]{1,${BATCH_ENTRY_ID_LENGTH_MAX}}$`);

function checkEntries(entries: readonly Entry[]): void {
  if (entries.length === 0) {
    throw emptyBatchRequest();
  }
  if (entries.length > BATCH_ENTRIES_MAX) {
    throw tooManyEntriesInBatchRequest();
  }
  if (!entries.every(({ Id }) => ENTRY_ID.test(Id))) {
    throw invalidBatchEntryId();
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw batchEntryIdsNotDistinct();
  }
}

type Checked =
  | { readonly publication: Publication; readonly error?: undefined }
  | { readonly publication?: undefined; readonly error: AwsError };

function checkedEntry(ctx: SnsContext, entry: Entry): Checked {
  try {
    const attributes = messageAttributesOf(entry.MessageAttributes);
    const publisher = { messageId: ctx.random.uuid(), attributes, trace: ctx.trace };
    return { publication: publicationOf(entry, publisher) };
  } catch (error) {
    if (error instanceof AwsError) {
      return { error };
    }
    throw error;
  }
}

function failed(
  Id: string,
  error: AwsError,
): { Id: string; Code: string; Message: string; SenderFault: boolean } {
  return {
    Id,
    Code: error.code,
    Message: error.message,
    SenderFault: error.fault === "client",
  };
}
