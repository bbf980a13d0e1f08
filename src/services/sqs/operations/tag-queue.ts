import { queueTags } from "../keys.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl } from "../queue.ts";
import { checkTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_TagQueue.html */
export const tagQueue: SqsOperation<"TagQueue"> = async (ctx, input) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  await ctx.store.write((tx) => {
    const queue = existingQueue(tx, name);
    const tags = { ...queueTags.get(tx, [queue.id]), ...input.Tags };
    checkTags(name.name, tags);
    queueTags.put(tx, [queue.id], tags);
  });
};
