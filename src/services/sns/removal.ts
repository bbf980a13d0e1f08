/** What a deleted topic leaves behind is removed in slices, by a durable timer. */
import type { Timer, WriteTx } from "../../store/store.ts";
import {
  archived,
  cancelled,
  deduplicationExpiries,
  deduplications,
  sequences,
  subscriptions,
} from "./keys.ts";
import { REMOVAL_SUBSCRIPTIONS_MAX } from "./limits.ts";
import { removeSubscription } from "./subscription.ts";

export const REMOVAL_TIMER = "sns.removal";

const SLICE_INTERVAL_MS = 1;
/** What a topic has rows in, beside its subscriptions. */
const TOPIC_ROWS = [archived, cancelled, deduplicationExpiries, deduplications, sequences];

export function removeSubscriptionsLater(tx: WriteTx, topicId: string): void {
  tx.after({ dueMs: tx.nowMs, kind: REMOVAL_TIMER, key: [topicId] });
}

export function runRemoval(tx: WriteTx, timer: Timer): void {
  const range = { prefix: timer.key, limit: REMOVAL_SUBSCRIPTIONS_MAX };
  let isMore = TOPIC_ROWS.map((rows) => rows.clear(tx, range)).includes(range.limit);
  let count = 0;
  for (const { record } of subscriptions.list(tx, range)) {
    removeSubscription(tx, record);
    count += 1;
  }
  isMore ||= count === range.limit;
  if (isMore) {
    tx.after({ ...timer, dueMs: tx.nowMs + SLICE_INTERVAL_MS });
  }
}
