import { subscriptionRefOf } from "../arns.ts";
import type { SnsOperation } from "../ports.ts";
import { withReplay } from "../replay.ts";
import { existingSubscription, saveSubscription } from "../subscription.ts";
import { changedSettings } from "../subscription-attributes.ts";
import { checkSubscriptionLimits } from "../subscription-limits.ts";
import { existingTopic } from "../topic.ts";
import { isFifoName } from "../topic-name.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html */
export const setSubscriptionAttributes: SnsOperation<"SetSubscriptionAttributes"> = async (
  ctx,
  input,
) => {
  const ref = subscriptionRefOf(ctx.region, input.SubscriptionArn);
  const attributes = { [input.AttributeName]: input.AttributeValue ?? "" };
  await ctx.store.write((tx) => {
    const subscription = existingSubscription(tx, ref);
    const settings = changedSettings(subscription.settings, attributes, {
      operation: "SetSubscriptionAttributes",
      protocol: subscription.protocol,
      isFifo: isFifoName(ref.topic.resource),
    });
    const changed = { ...subscription, settings };
    if (input.AttributeName === "FilterPolicy") {
      checkSubscriptionLimits(tx, existingTopic(tx, ref.topic), changed);
    }
    const isReplay = input.AttributeName === "ReplayPolicy";
    saveSubscription(
      tx,
      isReplay ? withReplay(tx, existingTopic(tx, ref.topic), changed) : changed,
    );
  });
};
