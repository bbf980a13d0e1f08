/**
 * What SNS counts of topics: `AWS/SNS`. Of notifications those that go into the store; what an HTTP
 * endpoint takes is not counted.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
 */
import { type MetricValue, noteMetrics } from "../../outbox/metrics.ts";
import type { WriteTx } from "../../store/store.ts";

interface TopicName {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

export function notePublished(
  tx: WriteTx,
  topic: TopicName,
  { sizeBytes, filteredOut }: { readonly sizeBytes: number; readonly filteredOut: number },
): void {
  const values: MetricValue[] = [
    ["NumberOfMessagesPublished", "Count", 1],
    ["PublishSize", "Bytes", sizeBytes],
  ];
  if (filteredOut > 0) {
    values.push(["NumberOfNotificationsFilteredOut", "Count", filteredOut]);
  }
  note(tx, topic, values);
}

export function noteNotification(
  tx: WriteTx,
  topic: TopicName,
  { isDelivered }: { readonly isDelivered: boolean },
): void {
  const name = isDelivered ? "NumberOfNotificationsDelivered" : "NumberOfNotificationsFailed";
  note(tx, topic, [[name, "Count", 1]]);
}

function note(tx: WriteTx, topic: TopicName, values: readonly MetricValue[]): void {
  const { accountId, region, name } = topic;
  noteMetrics(tx, {
    kind: "metrics",
    accountId,
    region,
    namespace: "AWS/SNS",
    label: name,
    dimensions: [[["TopicName", name]]],
    atMs: tx.nowMs,
    values,
  });
}
