import { checkAdmission, sendReceipt } from "../admission.ts";
import { draftMessage } from "../message.ts";
import { messageStoreOf } from "../message-store.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl } from "../queue.ts";
import { noteSent } from "../queue-metrics.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const sendMessage: SqsOperation<"SendMessage"> = async (ctx, input) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  const sender = { messageId: ctx.random.uuid(), senderId: ctx.accountId, trace: ctx.trace };
  const draft = draftMessage(input, sender);
  const sent = await ctx.store.write((tx) => {
    const queue = existingQueue(tx, name);
    checkAdmission(queue, draft);
    noteSent(tx, queue, draft.sizeBytes);
    return messageStoreOf(queue).send(tx, queue, draft);
  });
  return sendReceipt(draft, sent);
};
