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
import { BATCH_ENTRIES_MAX, BATCH_ENTRY_ID_LENGTH_MAX, MESSAGE_SIZE_BYTES_MAX } from "../limits.ts";
import { messageAttributesOf } from "../message-attributes.ts";
import type { SnsContext, SnsOperation } from "../ports.ts";
import { type Publication, publicationOf } from "../publication.ts";
import { publishTo } from "../publish-to.ts";
import { existingTopic } from "../topic.ts";
import { isFifoName } from "../topic-name.ts";
import { reportUndelivered } from "../undelivered.ts";

type Entry = Input<"sns", "PublishBatch">["PublishBatchRequestEntries"][number];

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
export const publishBatch: SnsOperation<"PublishBatch"> = async (ctx, input) => {
  const arn = topicArnOf(ctx.region, input.TopicArn, "TopicArn");
  const entries = input.PublishBatchRequestEntries;
  checkEntries(entries);
  const isFifo = isFifoName(arn.resource);
  const checked = entries.map((entry) => ({ Id: entry.Id, ...checkedEntry(ctx, entry, isFifo) }));
  const good = checked.flatMap(({ Id, value }) =>
    value === undefined ? [] : [{ Id, publication: value }],
  );
  const sizeBytes = good.reduce((sum, { publication }) => sum + publication.sizeBytes, 0);
  if (sizeBytes > MESSAGE_SIZE_BYTES_MAX) {
    throw batchRequestTooLong();
  }
  const published = await ctx.store.write((tx) => {
    const topic = existingTopic(tx, arn);
    const endpoint = ctx.endpoint;
    return good.map(({ Id, publication }) => ({
      Id,
      ...attempted(() => publishTo(tx, ctx, { topic, publication, endpoint })),
    }));
  });
  const failures = [...checked, ...published];
  reportUndelivered(
    ctx.log,
    published.flatMap(({ value }) => value?.undelivered ?? []),
  );
  return {
    Successful: published.flatMap(({ Id, value }) =>
      value === undefined
        ? []
        : [
            {
              Id,
              MessageId: value.receipt.messageId,
              SequenceNumber: value.receipt.sequenceNumber,
            },
          ],
    ),
    Failed: failures.flatMap(({ Id, error }) => (error === undefined ? [] : [failed(Id, error)])),
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

function checkedEntry(ctx: SnsContext, entry: Entry, isFifo: boolean): Attempted<Publication> {
  return attempted(() => {
    const attributes = messageAttributesOf(entry.MessageAttributes);
    const publisher = { messageId: ctx.random.uuid(), attributes, trace: ctx.trace };
    return publicationOf(entry, publisher, { isFifo });
  });
}

type Attempted<T> =
  | { readonly value: T; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: AwsError };

/** An entry that is refused fails alone. */
function attempted<T>(body: () => T): Attempted<T> {
  try {
    return { value: body() };
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
