import { changeVisibilityByHandle } from "../by-handle.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl } from "../queue.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
export const changeMessageVisibility: SqsOperation<"ChangeMessageVisibility"> = async (
  ctx,
  input,
) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  await ctx.store.write((tx) => {
    changeVisibilityByHandle(tx, existingQueue(tx, name), {
      handle: input.ReceiptHandle,
      timeoutSeconds: input.VisibilityTimeout,
    });
  });
};
