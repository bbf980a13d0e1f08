import type { ReadTx } from "../../../store/store.ts";
import { beginningArchiveMs } from "../archive.ts";
import { topicArnOf } from "../arns.ts";
import { subscriptions } from "../keys.ts";
import type { SnsOperation } from "../ports.ts";
import { existingTopic, type Topic } from "../topic.ts";
import { type SubscriptionCounts, topicAttributes } from "../topic-attributes.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html */
export const getTopicAttributes: SnsOperation<"GetTopicAttributes"> = async (ctx, input) => {
  const arn = topicArnOf(ctx.region, input.TopicArn, "TopicArn");
  const attributes = await ctx.store.read((tx) => {
    const topic = existingTopic(tx, arn);
    return topicAttributes(
      topic,
      countSubscriptions(tx, topic),
      beginningArchiveMs(topic, tx.nowMs),
    );
  });
  return { Attributes: attributes };
};

function countSubscriptions(tx: ReadTx, topic: Topic): SubscriptionCounts {
  let [confirmed, pending] = [0, 0];
  for (const { record } of subscriptions.list(tx, { prefix: [topic.id] })) {
    if (record.pendingToken === undefined) {
      confirmed += 1;
    } else {
      pending += 1;
    }
  }
  return { confirmed, pending };
}
