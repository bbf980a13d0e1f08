/**
 * Delivery status logging: what became of deliveries, as events of CloudWatch Logs.
 *
 * Successes go to the group `sns/region/account/topic`, a share of them; failures, all of them, to
 * the group with `/Failure` behind it.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html
 */
import { hash } from "node:crypto";
import { formatArn } from "../../base/arn.ts";
import { deliver, type Sinks } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import { type Topic, topicArn } from "./topic.ts";

export interface DeliveryReport {
  readonly protocol: "HTTP" | "Lambda" | "SQS";
  readonly destination: string;
  readonly messageId: string;
  /** The text whose MD5 the event shows. */
  readonly message: string;
  readonly publishedMs: number;
  readonly attempts: number;
  readonly isSuccess: boolean;
  /** Of HTTP; absent when there was no answer. */
  readonly statusCode?: number | undefined;
  readonly providerResponse: string;
}

/** A topic that was given a role and no rate logs every success. */
const SAMPLE_RATE_DEFAULT = "100";

/** Whether the topic's attributes ask for an event about a delivery that ended so. */
export function isReported(
  tx: WriteTx,
  { attributes }: Topic,
  { protocol, isSuccess }: Pick<DeliveryReport, "protocol" | "isSuccess">,
): boolean {
  if (!isSuccess) {
    return attributes[`${protocol}FailureFeedbackRoleArn`] !== undefined;
  }
  if (attributes[`${protocol}SuccessFeedbackRoleArn`] === undefined) {
    return false;
  }
  const rate = attributes[`${protocol}SuccessFeedbackSampleRate`] ?? SAMPLE_RATE_DEFAULT;
  return tx.random.next() * 100 < Number(rate);
}

/** Writes the event that `isReported` asked for. */
export function reportDelivery(
  tx: WriteTx,
  sinks: Sinks,
  topic: Topic,
  report: DeliveryReport,
): void {
  const { region, accountId, name, id } = topic;
  const group = `sns/${region}/${accountId}/${name}${report.isSuccess ? "" : "/Failure"}`;
  const resource = `log-group:${group}:log-stream:${id}`;
  const target = formatArn({ service: "logs", region, accountId, resource });
  deliver(tx, sinks, target, {
    payload: JSON.stringify(eventOf(tx, topic, report)),
    sourceArn: topicArn(topic),
  });
}

function eventOf(tx: WriteTx, topic: Topic, report: DeliveryReport): unknown {
  return {
    notification: {
      messageMD5Sum: hash("md5", report.message),
      messageId: report.messageId,
      topicArn: topicArn(topic),
      timestamp: new Date(report.publishedMs).toISOString().replace("T", " ").replace("Z", ""),
    },
    delivery: {
      deliveryId: tx.random.uuid(),
      destination: report.destination,
      providerResponse: report.providerResponse,
      dwellTimeMs: tx.nowMs - report.publishedMs,
      attempts: report.attempts,
      statusCode: report.statusCode,
    },
    status: report.isSuccess ? "SUCCESS" : "FAILURE",
  };
}
