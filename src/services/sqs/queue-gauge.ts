/**
 * How many messages a queue holds and how old they are, read once a minute.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
import type { Gauge, MetricValue } from "../../outbox/metrics.ts";
import type { ReadTx } from "../../store/store.ts";
import { pileOf } from "./keys.ts";
import { type CountedRow, messageStoreOf } from "./message-store.ts";
import { totalOf } from "./message-total.ts";
import { findQueue, isExpired, type Queue, type QueueName } from "./queue.ts";

/** Rows that a gauge looks at; of a longer queue only the total is exact. */
const GAUGED_ROWS_MAX = 5_000;
const SECOND_MS = 1_000;

export const queueGauge: Gauge = {
  dimensionsOf: (name) => [["QueueName", name]],
  read(tx, { accountId, region }, name) {
    const place: QueueName = { accountId, region, name };
    const queue = findQueue(tx, place);
    return queue && levels(tx, queue);
  },
};

function levels(tx: ReadTx, queue: Queue): readonly MetricValue[] {
  const messages = messageStoreOf(queue);
  const total = totalOf(tx, pileOf(queue));
  const isShort = total <= GAUGED_ROWS_MAX;
  const range = { after: undefined, limit: GAUGED_ROWS_MAX };
  const { rows } = messages[isShort ? "rows" : "hiddenRows"](tx, queue, range);
  const alive = rows.filter(({ sentMs }) => !isExpired(queue, sentMs, tx.nowMs));
  const hidden = alive.filter(({ visibleAtMs }) => visibleAtMs > tx.nowMs);
  const inFlight = hidden.filter(({ isReceived }) => isReceived).length;
  const visible = isShort ? alive.length - hidden.length : Math.max(0, total - hidden.length);
  return [
    ["ApproximateNumberOfMessagesVisible", "Count", visible],
    ["ApproximateNumberOfMessagesNotVisible", "Count", inFlight],
    ["ApproximateNumberOfMessagesDelayed", "Count", hidden.length - inFlight],
    ["ApproximateAgeOfOldestMessage", "Seconds", ageOfOldest(tx, queue, alive)],
  ];
}

/** Of a long queue: of the first that is visible, or of what is in flight. */
function ageOfOldest(tx: ReadTx, queue: Queue, rows: readonly CountedRow[]): number {
  const messages = messageStoreOf(queue);
  const options = { throughMs: tx.nowMs, limit: 1 };
  const waiting = messages.waiting(tx, queue, options).map(({ row }) => row.sentMs);
  const oldestMs = [...waiting, ...rows.map(({ sentMs }) => sentMs)].reduce(
    (oldest, sentMs) => Math.min(oldest, sentMs),
    tx.nowMs,
  );
  return Math.floor((tx.nowMs - oldestMs) / SECOND_MS);
}
