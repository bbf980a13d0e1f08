import { queueTags } from "../keys.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl } from "../queue.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_UntagQueue.html */
export const untagQueue: SqsOperation<"UntagQueue"> = async (ctx, input) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  await ctx.store.write((tx) => {
    const queue = existingQueue(tx, name);
    const kept = Object.entries(queueTags.get(tx, [queue.id]) ?? {}).filter(
      ([key]) => !input.TagKeys.includes(key),
    );
    queueTags.put(tx, [queue.id], Object.fromEntries(kept));
  });
};
