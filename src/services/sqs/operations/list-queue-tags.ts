import { queueTags } from "../keys.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl } from "../queue.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueueTags.html */
export const listQueueTags: SqsOperation<"ListQueueTags"> = async (ctx, input) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  const tags = await ctx.store.read((tx) => queueTags.get(tx, [existingQueue(tx, name).id]));
  return tags === undefined || Object.keys(tags).length === 0 ? {} : { Tags: tags };
};
