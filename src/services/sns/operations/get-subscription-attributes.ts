import { subscriptionRefOf } from "../arns.ts";
import type { SnsOperation } from "../ports.ts";
import { existingSubscription } from "../subscription.ts";
import { subscriptionAttributes } from "../subscription-attributes.ts";
import { existingTopic } from "../topic.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html */
export const getSubscriptionAttributes: SnsOperation<"GetSubscriptionAttributes"> = async (
  ctx,
  input,
) => {
  const ref = subscriptionRefOf(ctx.region, input.SubscriptionArn);
  const attributes = await ctx.store.read((tx) =>
    subscriptionAttributes(existingSubscription(tx, ref), existingTopic(tx, ref.topic)),
  );
  return { Attributes: attributes };
};
