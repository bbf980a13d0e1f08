import { topicArnOf } from "../arns.ts";
import { confirm } from "../confirmation.ts";
import type { SnsOperation } from "../ports.ts";
import { subscriptionArn } from "../subscription.ts";
import { existingTopic } from "../topic.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html */
export const confirmSubscription: SnsOperation<"ConfirmSubscription"> = async (ctx, input) => {
  const arn = topicArnOf(ctx.region, input.TopicArn, "TopicArn");
  const isAuthenticated = input.AuthenticateOnUnsubscribe?.toLowerCase() === "true";
  const confirmed = await ctx.store.write((tx) =>
    confirm(tx, existingTopic(tx, arn), { token: input.Token, isAuthenticated }),
  );
  return { SubscriptionArn: subscriptionArn(confirmed) };
};
