import { withPermission } from "../policy.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl, saveSettings } from "../queue.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html */
export const addPermission: SqsOperation<"AddPermission"> = async (ctx, input) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  const permission = {
    label: input.Label,
    accountIds: input.AWSAccountIds,
    actions: input.Actions,
  };
  await ctx.store.write((tx) => {
    const queue = existingQueue(tx, name);
    saveSettings(tx, queue, { ...queue.settings, policy: withPermission(queue, permission) });
  });
};
