import { withoutPermission } from "../policy.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl, saveSettings } from "../queue.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_RemovePermission.html */
export const removePermission: SqsOperation<"RemovePermission"> = async (ctx, input) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  await ctx.store.write((tx) => {
    const queue = existingQueue(tx, name);
    saveSettings(tx, queue, { ...queue.settings, policy: withoutPermission(queue, input.Label) });
  });
};
