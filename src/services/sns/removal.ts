/** What a deleted topic leaves behind is removed in slices, by a durable timer. */
import type { Timer, WriteTx } from "../../store/store.ts";
import { subscriptions } from "./keys.ts";
import { REMOVAL_SUBSCRIPTIONS_MAX } from "./limits.ts";
import { removeSubscription } from "./subscription.ts";

export const REMOVAL_TIMER = "sns.removal";

const SLICE_INTERVAL_MS = 1;

export function removeSubscriptionsLater(tx: WriteTx, topicId: string): void {
  tx.after({ dueMs: tx.nowMs, kind: REMOVAL_TIMER, key: [topicId] });
}

export function runRemoval(tx: WriteTx, timer: Timer): void {
  let count = 0;
  for (const { record } of subscriptions.list(tx, {
    prefix: timer.key,
    limit: REMOVAL_SUBSCRIPTIONS_MAX,
  })) {
    removeSubscription(tx, record);
    count += 1;
  }
  if (count === REMOVAL_SUBSCRIPTIONS_MAX) {
    tx.after({ ...timer, dueMs: tx.nowMs + SLICE_INTERVAL_MS });
  }
}
