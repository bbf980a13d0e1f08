import { queues, queueTags, queueTopic } from "../keys.ts";
import { forgetMoves } from "../move-task.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl } from "../queue.ts";
import { indexRedrive } from "../redrive.ts";
import { removeDeleted } from "../removal.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html */
export const deleteQueue: SqsOperation<"DeleteQueue"> = async (ctx, input) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  await ctx.store.write((tx) => {
    const queue = existingQueue(tx, name);
    queues.delete(tx, [name.region, name.accountId, name.name]);
    queueTags.delete(tx, [queue.id]);
    indexRedrive(tx, name, { from: queue.settings.redrivePolicy, to: undefined });
    forgetMoves(tx, queue);
    removeDeleted(tx, queue);
    tx.signal(queueTopic(queue.id));
  });
};
