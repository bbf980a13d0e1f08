/**
 * What SQS counts of queues: `AWS/SQS`.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
import { type MetricValue, noteMetrics } from "../../outbox/metrics.ts";
import type { WriteTx } from "../../store/store.ts";
import type { Queue } from "./queue.ts";

export const QUEUE_NAMESPACE = "AWS/SQS";

export function noteSent(tx: WriteTx, queue: Queue, sizeBytes: number): void {
  note(tx, queue, [
    ["NumberOfMessagesSent", "Count", 1],
    ["SentMessageSize", "Bytes", sizeBytes],
  ]);
}

export function noteReceived(tx: WriteTx, queue: Queue, count: number): void {
  if (count > 0) {
    note(tx, queue, [["NumberOfMessagesReceived", "Count", count]]);
  }
}

export function noteDeleted(tx: WriteTx, queue: Queue, count: number): void {
  if (count > 0) {
    note(tx, queue, [["NumberOfMessagesDeleted", "Count", count]]);
  }
}

/** Messages came in that nobody sent: dead letters. They are in no count but that of the queue. */
export function noteActivity(tx: WriteTx, queue: Queue): void {
  note(tx, queue, []);
}

function note(
  tx: WriteTx,
  { accountId, region, name }: Queue,
  values: readonly MetricValue[],
): void {
  noteMetrics(tx, {
    kind: "metrics",
    accountId,
    region,
    namespace: QUEUE_NAMESPACE,
    label: name,
    dimensions: [[["QueueName", name]]],
    atMs: tx.nowMs,
    values,
    isGauged: true,
  });
}
