import { purgeQueueInProgress } from "../errors.ts";
import { PURGE_INTERVAL_MS } from "../limits.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl, saveQueue } from "../queue.ts";
import { removePurged } from "../removal.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
export const purgeQueue: SqsOperation<"PurgeQueue"> = async (ctx, input) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  await ctx.store.write((tx) => {
    const queue = existingQueue(tx, name);
    if (queue.purgedMs !== undefined && tx.nowMs < queue.purgedMs + PURGE_INTERVAL_MS) {
      throw purgeQueueInProgress(name.name);
    }
    removePurged(tx, queue);
    saveQueue(tx, { ...queue, generation: queue.generation + 1, purgedMs: tx.nowMs });
  });
};
