import { topicArnOf } from "../arns.ts";
import { cannotDeleteArchivingTopic } from "../errors.ts";
import { topics, topicTags } from "../keys.ts";
import type { SnsOperation } from "../ports.ts";
import { removeSubscriptionsLater } from "../removal.ts";
import { findTopic, topicNameOf } from "../topic.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html */
export const deleteTopic: SnsOperation<"DeleteTopic"> = async (ctx, input) => {
  const name = topicNameOf(topicArnOf(ctx.region, input.TopicArn, "TopicArn"));
  await ctx.store.write((tx) => {
    const topic = findTopic(tx, name);
    if (topic?.attributes["ArchivePolicy"] !== undefined) {
      throw cannotDeleteArchivingTopic();
    }
    if (topic !== undefined) {
      topics.delete(tx, [name.region, name.accountId, name.name]);
      topicTags.delete(tx, [topic.id]);
      removeSubscriptionsLater(tx, topic.id);
    }
  });
};
