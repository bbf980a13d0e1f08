import { checkBatch, splitResults, tryEntry } from "../batch.ts";
import { removeByHandle } from "../by-handle.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl } from "../queue.ts";
import { noteDeleted } from "../queue-metrics.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html */
export const deleteMessageBatch: SqsOperation<"DeleteMessageBatch"> = async (ctx, input) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  checkBatch(input.Entries, "DeleteMessageBatchRequestEntry");
  const { queueId, results, removedCount } = await ctx.store.write((tx) => {
    const queue = existingQueue(tx, name);
    let removedCount = 0;
    const results = input.Entries.map((entry) =>
      tryEntry(entry, () => {
        removedCount += removeByHandle(tx, queue, entry.ReceiptHandle) ? 1 : 0;
        noteDeleted(tx, queue, 1);
        return { Id: entry.Id };
      }),
    );
    return { queueId: queue.id, results, removedCount };
  });
  ctx.gate.add(queueId, -removedCount);
  return splitResults(results);
};
