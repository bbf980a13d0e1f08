import { checkAdmission, sendReceipt } from "../admission.ts";
import { checkBatch, type EntryResult, splitResults, tryEntry } from "../batch.ts";
import { batchRequestTooLong } from "../errors.ts";
import { MESSAGE_SIZE_BYTES_MAX } from "../limits.ts";
import { draftMessage, requestSizeBytes } from "../message.ts";
import { messageStoreOf } from "../message-store.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl } from "../queue.ts";
import { noteSent } from "../queue-metrics.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
export const sendMessageBatch: SqsOperation<"SendMessageBatch"> = async (ctx, input) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  checkBatch(input.Entries, "SendMessageBatchRequestEntry");
  const sizeBytes = input.Entries.reduce((sum, entry) => sum + requestSizeBytes(entry), 0);
  if (sizeBytes > MESSAGE_SIZE_BYTES_MAX) {
    throw batchRequestTooLong(MESSAGE_SIZE_BYTES_MAX, sizeBytes);
  }
  const drafts = input.Entries.map((entry) =>
    tryEntry(entry, () => {
      const sender = { messageId: ctx.random.uuid(), senderId: ctx.accountId, trace: ctx.trace };
      return { Id: entry.Id, draft: draftMessage(entry, sender) };
    }),
  );
  const results = await ctx.store.write((tx) => {
    const queue = existingQueue(tx, name);
    return drafts.map((drafted): EntryResult<SentEntry> => {
      if (!("value" in drafted)) {
        return drafted;
      }
      const { Id, draft } = drafted.value;
      return tryEntry(drafted.value, () => {
        checkAdmission(queue, draft);
        const sent = messageStoreOf(queue).send(tx, queue, draft);
        noteSent(tx, queue, draft.sizeBytes);
        return { Id, ...sendReceipt(draft, sent) };
      });
    });
  });
  return splitResults(results);
};

type SentEntry = { readonly Id: string } & ReturnType<typeof sendReceipt>;
