import { queueTopic } from "../keys.ts";
import type { SqsOperation } from "../ports.ts";
import { existingQueue, queueNameOfUrl, saveSettings } from "../queue.ts";
import { changedSettings } from "../queue-attributes.ts";
import { checkRedrive, indexRedrive } from "../redrive.ts";
import { rewatchRetention } from "../removal.ts";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
export const setQueueAttributes: SqsOperation<"SetQueueAttributes"> = async (ctx, input) => {
  const name = queueNameOfUrl(ctx.region, input.QueueUrl);
  await ctx.store.write((tx) => {
    const queue = existingQueue(tx, name);
    const settings = changedSettings(queue.settings, input.Attributes);
    if (settings.redrivePolicy !== undefined && input.Attributes["RedrivePolicy"]) {
      checkRedrive(tx, queue, settings.redrivePolicy);
    }
    indexRedrive(tx, name, { from: queue.settings.redrivePolicy, to: settings.redrivePolicy });
    if (settings.retentionSeconds === queue.settings.retentionSeconds) {
      saveSettings(tx, queue, settings);
    } else {
      saveSettings(tx, rewatchRetention(tx, queue), settings);
    }
    tx.signal(queueTopic(queue.id));
  });
};
