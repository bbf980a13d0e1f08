import { topicArnOf } from "../arns.ts";
import { invalidParameter } from "../errors.ts";
import { subscriptions } from "../keys.ts";
import type { SnsOperation } from "../ports.ts";
import { saveSubscription, subscriptionArn } from "../subscription.ts";
import { existingTopic } from "../topic.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html */
export const confirmSubscription: SnsOperation<"ConfirmSubscription"> = async (ctx, input) => {
  const arn = topicArnOf(ctx.region, input.TopicArn, "TopicArn");
  const confirmed = await ctx.store.write((tx) => {
    const topic = existingTopic(tx, arn);
    for (const { record } of subscriptions.list(tx, { prefix: [topic.id] })) {
      if (record.pendingToken === input.Token) {
        const isAuthenticated = input.AuthenticateOnUnsubscribe?.toLowerCase() === "true";
        const subscription = { ...record, pendingToken: undefined, isAuthenticated };
        saveSubscription(tx, subscription);
        return subscription;
      }
    }
    throw invalidParameter("Token");
  });
  return { SubscriptionArn: subscriptionArn(confirmed) };
};
