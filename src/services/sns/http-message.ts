/**
 * Messages to HTTP endpoints, as jobs of the outbox: written in the transaction of their cause.
 *
 * Sources: https://docs.aws.amazon.com/sns/latest/dg/http-header.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
 */
import { addJob } from "../../outbox/job.ts";
import type { WriteTx } from "../../store/store.ts";
import type { Draft } from "./draft.ts";
import { type Subscription, subscriptionArn } from "./subscription.ts";
import type { TopicName } from "./topic.ts";

export const HTTP_DELIVERY = "sns.http";

export interface HttpMessage {
  readonly type: "Notification" | "SubscriptionConfirmation" | "UnsubscribeConfirmation";
  readonly topic: TopicName;
  readonly topicId: string;
  readonly subscriptionId: string;
  readonly url: string;
  readonly messageId: string;
  /** What the delivery status shows the MD5 of. */
  readonly message: string;
  /** The body of the request. */
  readonly payload: string;
  readonly isRaw: boolean;
  readonly trace?: string | undefined;
  readonly publishedMs: number;
  /** Requests that were made. */
  readonly attempts: number;
  /** The next request waited for its turn already. */
  readonly hasTurn: boolean;
}

/** Message attributes are no part of a raw delivery. */
export function queueHttpNotification(tx: WriteTx, subscription: Subscription, draft: Draft): void {
  const { publication, publishedMs, topic } = draft.given;
  const { isRaw } = subscription.settings;
  const message = draft.messageFor(subscription);
  queueHttpMessage(tx, subscription, {
    type: "Notification",
    topic: { region: topic.region, accountId: topic.accountId, name: topic.name },
    messageId: publication.messageId,
    message,
    payload: isRaw ? message : draft.documentFor(subscription),
    isRaw,
    trace: publication.trace,
    publishedMs,
  });
}

type Given = Omit<HttpMessage, "topicId" | "subscriptionId" | "url" | "attempts" | "hasTurn">;

export function queueHttpMessage(tx: WriteTx, subscription: Subscription, given: Given): void {
  const body: HttpMessage = {
    ...given,
    topicId: subscription.topicId,
    subscriptionId: subscription.id,
    url: subscription.endpoint,
    attempts: 0,
    hasTurn: false,
  };
  addJob(tx, { kind: HTTP_DELIVERY, lane: subscriptionArn(subscription), body });
}
