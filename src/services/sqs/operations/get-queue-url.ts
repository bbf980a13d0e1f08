import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueUrl } from "../queue.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html */
export const getQueueUrl: SqsOperation<"GetQueueUrl"> = async (ctx, input) => {
  const accountId = input.QueueOwnerAWSAccountId ?? ctx.accountId;
  const name = { region: ctx.region, accountId, name: input.QueueName };
  await ctx.store.read((tx) => {
    existingQueue(tx, name);
  });
  return { QueueUrl: queueUrl(ctx.endpoint, name) };
};
