/**
 * How many subscriptions a topic may have.
 * Source: https://docs.aws.amazon.com/general/latest/gr/sns.html
 */
import type { ReadTx } from "../../store/store.ts";
import { filterPolicyLimitExceeded, subscriptionLimitExceeded } from "./errors.ts";
import { subscriptions } from "./keys.ts";
import { FIFO_SUBSCRIPTIONS_MAX, FILTER_POLICIES_MAX } from "./limits.ts";
import type { Subscription } from "./subscription.ts";
import { isFifoTopic, type Topic } from "./topic.ts";

/** For a subscription that is about to be saved, new or changed. */
export function checkSubscriptionLimits(
  tx: ReadTx,
  topic: Topic,
  { id, settings }: Subscription,
): void {
  const isFifo = isFifoTopic(topic);
  const isFiltered = settings.filterPolicy !== undefined;
  if (!isFifo && !isFiltered) {
    return;
  }
  let [others, filters] = [0, 0];
  for (const { record } of subscriptions.list(tx, { prefix: [topic.id] })) {
    if (record.id !== id) {
      others += 1;
      filters += record.settings.filterPolicy === undefined ? 0 : 1;
    }
  }
  if (isFifo && others >= FIFO_SUBSCRIPTIONS_MAX) {
    throw subscriptionLimitExceeded();
  }
  if (isFiltered && filters >= FILTER_POLICIES_MAX) {
    throw filterPolicyLimitExceeded();
  }
}
