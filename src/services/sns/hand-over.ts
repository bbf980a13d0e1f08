/**
 * One message to one subscription: into a queue or a function at once, as a job to an HTTP endpoint,
 * as a letter to whoever reads e-mail and text messages.
 *
 * A target that refuses does not fail the publish: the message goes to the subscription's
 * dead-letter queue, or is reported as undelivered when there is none or it refuses too.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
 */
import { type Acceptance, deliver, type Envelope, type Sinks } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import { isReported, reportDelivery } from "./delivery-status.ts";
import type { Draft } from "./draft.ts";
import { queueHttpNotification } from "./http-message.ts";
import { postNotification } from "./letter.ts";
import { type Subscription, subscriptionArn } from "./subscription.ts";
import { noteNotification } from "./topic-metrics.ts";

export interface HandOverPorts {
  readonly sinks: Sinks;
}

export interface Undelivered {
  readonly subscriptionArn: string;
  readonly messageId: string;
  readonly code: string;
  readonly message: string;
}

/** Answers the failure that the operator has to hear of, if there is one. */
export function handOver(
  tx: WriteTx,
  { sinks }: HandOverPorts,
  subscription: Subscription,
  draft: Draft,
): Undelivered | undefined {
  switch (subscription.protocol) {
    case "sqs":
    case "lambda":
      return handInside(tx, sinks, subscription, draft);
    case "http":
    case "https":
      queueHttpNotification(tx, subscription, draft);
      return undefined;
    case "email":
    case "email-json":
    case "sms":
      postNotification(tx, subscription, draft);
      return undefined;
  }
}

function handInside(
  tx: WriteTx,
  sinks: Sinks,
  subscription: Subscription,
  draft: Draft,
): Undelivered | undefined {
  const envelope = draft.envelopeFor(subscription);
  const acceptance = deliver(tx, sinks, subscription.endpoint, envelope);
  report(tx, sinks, { subscription, draft, acceptance });
  noteNotification(tx, draft.given.topic, { isDelivered: acceptance.accepted });
  if (acceptance.accepted || isBuried(tx, sinks, subscription, { envelope, reason: acceptance })) {
    return undefined;
  }
  return {
    subscriptionArn: subscriptionArn(subscription),
    messageId: draft.given.publication.messageId,
    code: acceptance.code,
    message: acceptance.message,
  };
}

function report(
  tx: WriteTx,
  sinks: Sinks,
  delivery: {
    readonly subscription: Subscription;
    readonly draft: Draft;
    readonly acceptance: Acceptance;
  },
): void {
  const { subscription, draft, acceptance } = delivery;
  const { topic, publication, publishedMs } = draft.given;
  const protocol = subscription.protocol === "sqs" ? "SQS" : "Lambda";
  const isSuccess = acceptance.accepted;
  if (!isReported(tx, topic, { protocol, isSuccess })) {
    return;
  }
  reportDelivery(tx, sinks, topic, {
    protocol,
    destination: subscription.endpoint,
    messageId: publication.messageId,
    message: draft.messageFor(subscription),
    publishedMs,
    attempts: 1,
    isSuccess,
    statusCode: isSuccess ? ACCEPTED_STATUS[protocol] : REFUSED_STATUS,
    providerResponse: JSON.stringify(responseOf(tx, protocol, acceptance)),
  });
}

const ACCEPTED_STATUS = { SQS: 200, Lambda: 202 } as const;
const REFUSED_STATUS = 400;

function responseOf(tx: WriteTx, protocol: "SQS" | "Lambda", acceptance: Acceptance): unknown {
  if (!acceptance.accepted) {
    return { ErrorCode: acceptance.code, ErrorMessage: acceptance.message };
  }
  const requestId = tx.random.uuid();
  return protocol === "SQS" ? { sqsRequestId: requestId } : { lambdaRequestId: requestId };
}

/** Why a message is buried, as the attributes of the dead letter tell it. */
export interface BurialReason {
  readonly code: string;
  readonly message: string;
}

/** Hands a message to the subscription's dead-letter queue, if it has one that takes it. */
export function isBuried(
  tx: WriteTx,
  sinks: Sinks,
  { settings }: Pick<Subscription, "settings">,
  { envelope, reason }: { readonly envelope: Envelope; readonly reason: BurialReason },
): boolean {
  if (settings.deadLetterTargetArn === undefined) {
    return false;
  }
  const attributes = {
    RequestID: { type: "String", value: tx.random.uuid() },
    ErrorCode: { type: "String", value: reason.code },
    ErrorMessage: { type: "String", value: reason.message },
  };
  return deliver(tx, sinks, settings.deadLetterTargetArn, { ...envelope, attributes }).accepted;
}
