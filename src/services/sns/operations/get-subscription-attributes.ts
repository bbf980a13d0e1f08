import { subscriptionRefOf } from "../arns.ts";
import type { SnsOperation } from "../ports.ts";
import { existingSubscription } from "../subscription.ts";
import { subscriptionAttributes } from "../subscription-attributes.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html */
export const getSubscriptionAttributes: SnsOperation<"GetSubscriptionAttributes"> = async (
  ctx,
  input,
) => {
  const ref = subscriptionRefOf(ctx.region, input.SubscriptionArn);
  const subscription = await ctx.store.read((tx) => existingSubscription(tx, ref));
  return { Attributes: subscriptionAttributes(subscription) };
};
