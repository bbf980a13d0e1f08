import { checkBatch, splitResults, tryEntry } from "../batch.ts";
import { changeVisibilityByHandle } from "../by-handle.ts";
import { missingParameter } from "../errors.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl } from "../queue.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html */
export const changeMessageVisibilityBatch: SqsOperation<"ChangeMessageVisibilityBatch"> = async (
  ctx,
  input,
) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  checkBatch(input.Entries, "ChangeMessageVisibilityBatchRequestEntry");
  const results = await ctx.store.write((tx) => {
    const queue = existingQueue(tx, name);
    return input.Entries.map((entry) =>
      tryEntry(entry, () => {
        if (entry.VisibilityTimeout === undefined) {
          throw missingParameter("VisibilityTimeout");
        }
        changeVisibilityByHandle(tx, queue, {
          handle: entry.ReceiptHandle,
          timeoutSeconds: entry.VisibilityTimeout,
        });
        return { Id: entry.Id };
      }),
    );
  });
  return splitResults(results);
};
