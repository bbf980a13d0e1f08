import { removeByHandle } from "../by-handle.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl } from "../queue.ts";
import { noteDeleted } from "../queue-metrics.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html */
export const deleteMessage: SqsOperation<"DeleteMessage"> = async (ctx, input) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  const { queueId, isRemoved } = await ctx.store.write((tx) => {
    const queue = existingQueue(tx, name);
    const isRemoved = removeByHandle(tx, queue, input.ReceiptHandle);
    // A message that is gone is deleted once more, which succeeds and counts.
    noteDeleted(tx, queue, 1);
    return { queueId: queue.id, isRemoved };
  });
  ctx.gate.add(queueId, isRemoved ? -1 : 0);
};
