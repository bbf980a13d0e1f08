import type { Output } from "../../wire/operations.ts";
import { type Subscription, subscriptionArn } from "./subscription.ts";

type Listed = NonNullable<Output<"sns", "ListSubscriptions">["Subscriptions"]>[number];

/** A subscription as lists show it: its ARN is held back until it is confirmed. */
export function listedSubscription(subscription: Subscription): Listed {
  return {
    SubscriptionArn:
      subscription.pendingToken === undefined
        ? subscriptionArn(subscription)
        : "PendingConfirmation",
    Owner: subscription.owner,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    TopicArn: subscription.topicArn,
  };
}
