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
import { type DeliveryReport, reportDelivery } from "./delivery-status.ts";
import type { Draft } from "./draft.ts";
import { queueHttpNotification } from "./http-message.ts";
import { postNotification } from "./letter.ts";
import { type Subscription, subscriptionArn } from "./subscription.ts";

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
  const { topic, publication, publishedMs } = draft.given;
  const envelope = draft.envelopeFor(subscription);
  const acceptance = deliver(tx, sinks, subscription.endpoint, envelope);
  const report: DeliveryReport = {
    protocol: subscription.protocol === "sqs" ? "SQS" : "Lambda",
    destination: subscription.endpoint,
    messageId: publication.messageId,
    message: draft.messageFor(subscription),
    publishedMs,
    attempts: 1,
    ...outcomeOf(tx, subscription, acceptance),
  };
  reportDelivery(tx, sinks, topic, report);
  if (acceptance.accepted || isBuried(tx, sinks, subscription, { envelope, reason: acceptance })) {
    return undefined;
  }
  return {
    subscriptionArn: subscriptionArn(subscription),
    messageId: publication.messageId,
    code: acceptance.code,
    message: acceptance.message,
  };
}

function outcomeOf(
  tx: WriteTx,
  { protocol }: Subscription,
  acceptance: Acceptance,
): Pick<DeliveryReport, "isSuccess" | "statusCode" | "providerResponse"> {
  if (!acceptance.accepted) {
    const { code: ErrorCode, message: ErrorMessage } = acceptance;
    const providerResponse = JSON.stringify({ ErrorCode, ErrorMessage });
    return { isSuccess: false, statusCode: 400, providerResponse };
  }
  const requestId = tx.random.uuid();
  return protocol === "sqs"
    ? {
        isSuccess: true,
        statusCode: 200,
        providerResponse: JSON.stringify({ sqsRequestId: requestId }),
      }
    : {
        isSuccess: true,
        statusCode: 202,
        providerResponse: JSON.stringify({ lambdaRequestId: requestId }),
      };
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
