import { removeByHandle } from "../by-handle.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl } from "../queue.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html */
export const deleteMessage: SqsOperation<"DeleteMessage"> = async (ctx, input) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  const { queueId, isRemoved } = await ctx.store.write((tx) => {
    const queue = existingQueue(tx, name);
    return { queueId: queue.id, isRemoved: removeByHandle(tx, queue, input.ReceiptHandle) };
  });
  ctx.gate.add(queueId, isRemoved ? -1 : 0);
};
