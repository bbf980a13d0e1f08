/** Tells of events in the transaction that makes them happen. */
import { deliver, type Sinks } from "../../outbox/sink.ts";
import { sequenceNumberOf } from "../../store/sequence-number.ts";
import type { WriteTx } from "../../store/store.ts";
import { bucketArn } from "./bucket.ts";
import { configurationIn } from "./configurations.ts";
import { rulesFor } from "./notification.ts";
import { busEventOf, type EventCause, notificationOf, type ObjectEvent } from "./object-event.ts";

/** On whose behalf something is written. */
export interface Author {
  readonly sinks: Sinks;
  /** The requester: an account, or a service that acts by itself. */
  readonly accountId: string;
  readonly requestId: string;
  readonly trace: string | undefined;
}

export const SUBJECT = "Amazon S3 Notification";
const SEQUENCER_DIGITS = 26;

/**
 * Refusals of targets, which are gone by then, are in the journal; S3 does not tell its caller.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
 */
export function notify(tx: WriteTx, author: Author, event: ObjectEvent): void {
  const { bucket } = event;
  if (bucket.notifies !== true) {
    return;
  }
  const notifications = configurationIn(tx, bucket.name, "notification");
  if (notifications === undefined) {
    return;
  }
  const cause: EventCause = {
    requester: author.accountId,
    requestId: author.requestId,
    nowMs: tx.nowMs,
    sequencer: sequencerOf(tx),
  };
  const sourceArn = bucketArn(bucket.name);
  for (const rule of rulesFor(notifications, event.name, event.key)) {
    deliver(tx, author.sinks, rule.arn, {
      payload: notificationOf(event, cause, rule.id),
      sourceArn,
      subject: SUBJECT,
      trace: author.trace,
    });
  }
  if (notifications.toEventBridge) {
    const bus = `arn:aws:events:${bucket.region}:${bucket.accountId}:event-bus/default`;
    deliver(tx, author.sinks, bus, {
      payload: busEventOf(event, cause, tx.random.uuid()),
      sourceArn,
      trace: author.trace,
    });
  }
}

/** Sorts as text behind that of every earlier event. */
function sequencerOf(tx: WriteTx): string {
  return BigInt(sequenceNumberOf(tx.orderedId()))
    .toString(16)
    .toUpperCase()
    .padStart(SEQUENCER_DIGITS, "0");
}
