import { subscriptionRefOf } from "../arns.ts";
import type { SnsOperation } from "../ports.ts";
import { findSubscription, removeSubscription } from "../subscription.ts";
import { existingTopic, saveTopic } from "../topic.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html */
export const unsubscribe: SnsOperation<"Unsubscribe"> = async (ctx, input) => {
  const ref = subscriptionRefOf(ctx.region, input.SubscriptionArn);
  await ctx.store.write((tx) => {
    const subscription = findSubscription(tx, ref);
    if (subscription !== undefined) {
      removeSubscription(tx, subscription);
      const topic = existingTopic(tx, ref.topic);
      saveTopic(tx, { ...topic, deletedSubscriptionCount: topic.deletedSubscriptionCount + 1 });
    }
  });
};
