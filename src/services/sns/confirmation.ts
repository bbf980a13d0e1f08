/**
 * Subscriptions that wait for their endpoint's consent: it gets a token, and whoever sends that back
 * within two days confirms. An endpoint that unsubscribed by a link gets a token as well, with which
 * it may come back.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html
 */
import { deliver, type Sinks } from "../../outbox/sink.ts";
import type { Timer, WriteTx } from "../../store/store.ts";
import { signatureVersionOf } from "./draft.ts";
import { invalidParameter } from "./errors.ts";
import { queueHttpMessage } from "./http-message.ts";
import { cancelled, subscriptions } from "./keys.ts";
import { postLetter, senderOf } from "./letter.ts";
import { CONFIRMATION_MS } from "./limits.ts";
import { certificateUrl, isoTime, laidOut, signedText } from "./notification.ts";
import type { Signer } from "./signing.ts";
import {
  removeSubscription,
  type Subscription,
  saveSubscription,
  subscriptionArn,
} from "./subscription.ts";
import { type Topic, topicArn } from "./topic.ts";

export const CONFIRMATION_TIMER = "sns.confirmation";

const TOKEN_BYTES = 128;

export interface ConfirmationPorts {
  readonly sinks: Sinks;
  readonly signer: Signer;
}

/** For a subscription that its endpoint has to agree to. */
export function askForConfirmation(
  tx: WriteTx,
  ports: ConfirmationPorts,
  topic: Topic,
  subscription: Subscription,
): Subscription {
  const token = newToken(tx, subscription);
  const pending = { ...subscription, pendingToken: token };
  saveSubscription(tx, pending);
  send(tx, ports, { topic, subscription: pending, token, type: "SubscriptionConfirmation" });
  return pending;
}

/** Tells an endpoint that a link of its messages ended the subscription. */
export function offerReturn(
  tx: WriteTx,
  ports: ConfirmationPorts,
  topic: Topic,
  subscription: Subscription,
): void {
  if (subscription.protocol === "http" || subscription.protocol === "https") {
    const token = newToken(tx, subscription);
    cancelled.put(tx, [topic.id, token], subscription);
    send(tx, ports, { topic, subscription, token, type: "UnsubscribeConfirmation" });
  }
}

function newToken(tx: WriteTx, { topicId, id }: Subscription): string {
  const token = Buffer.from(tx.random.bytes(TOKEN_BYTES)).toString("hex");
  const dueMs = tx.nowMs + CONFIRMATION_MS;
  tx.after({ dueMs, kind: CONFIRMATION_TIMER, key: [topicId, id], payload: token });
  return token;
}

/** The token's two days are over. */
export function runConfirmationTimeout(tx: WriteTx, timer: Timer): void {
  const [topicId] = timer.key as [string];
  const token = timer.payload as string;
  cancelled.delete(tx, [topicId, token]);
  const subscription = subscriptions.get(tx, timer.key);
  if (subscription?.pendingToken === token) {
    removeSubscription(tx, subscription);
  }
}

/** Throws for a token that nobody waits for. */
export function confirm(
  tx: WriteTx,
  topic: Topic,
  { token, isAuthenticated }: { readonly token: string; readonly isAuthenticated: boolean },
): Subscription {
  const returning = cancelled.get(tx, [topic.id, token]);
  const found = returning ?? subscriptionOfToken(tx, topic, token);
  if (found === undefined) {
    throw invalidParameter("Token");
  }
  if (found.confirmedToken === token && returning === undefined) {
    return found;
  }
  cancelled.delete(tx, [topic.id, token]);
  const subscription: Subscription = {
    ...found,
    pendingToken: undefined,
    confirmedToken: token,
    isAuthenticated,
  };
  saveSubscription(tx, subscription);
  return subscription;
}

function subscriptionOfToken(tx: WriteTx, topic: Topic, token: string): Subscription | undefined {
  for (const { record } of subscriptions.list(tx, { prefix: [topic.id] })) {
    if (record.pendingToken === token || record.confirmedToken === token) {
      return record;
    }
  }
  return undefined;
}

interface Request {
  readonly topic: Topic;
  readonly subscription: Subscription;
  readonly token: string;
  readonly type: "SubscriptionConfirmation" | "UnsubscribeConfirmation";
}

function send(tx: WriteTx, ports: ConfirmationPorts, request: Request): void {
  const { topic, subscription, type } = request;
  const arn = topicArn(topic);
  const { messageId, message, payload, subscribeUrl } = documentOf(tx, ports.signer, request);
  switch (subscription.protocol) {
    case "sqs":
    case "lambda":
      deliver(tx, ports.sinks, subscription.endpoint, { payload, sourceArn: arn });
      return;
    case "http":
    case "https":
      queueHttpMessage(tx, subscription, {
        type,
        topic: { region: topic.region, accountId: topic.accountId, name: topic.name },
        messageId,
        message,
        payload,
        isRaw: false,
        publishedMs: tx.nowMs,
      });
      return;
    case "email":
    case "email-json":
      postLetter(tx, {
        ...senderOf(topic),
        protocol: subscription.protocol,
        type: "SubscriptionConfirmation",
        messageId,
        to: subscription.endpoint,
        subject: "AWS Notification - Subscription Confirmation",
        body: subscription.protocol === "email" ? mailText(arn, subscribeUrl) : payload,
        topicArn: arn,
        subscriptionArn: subscriptionArn(subscription),
      });
      return;
    case "sms":
      return;
  }
}

function mailText(arn: string, subscribeUrl: string): string {
  return (
    `You have chosen to subscribe to the topic: \n${arn}\n\n` +
    "To confirm this subscription, click or visit the link below (If this was in error no action " +
    `is necessary): \n${subscribeUrl}\n\nPlease do not reply directly to this email.`
  );
}

interface ConfirmationDocument {
  readonly messageId: string;
  readonly message: string;
  readonly payload: string;
  readonly subscribeUrl: string;
}

function documentOf(tx: WriteTx, signer: Signer, request: Request): ConfirmationDocument {
  const { topic, subscription, token, type } = request;
  const arn = topicArn(topic);
  const endpoint = subscription.engineEndpoint ?? topic.endpoint;
  const fields = {
    Type: type,
    MessageId: tx.random.uuid(),
    Token: token,
    TopicArn: arn,
    Message: messageOf(arn, request),
    SubscribeURL: `${endpoint}/?Action=ConfirmSubscription&TopicArn=${arn}&Token=${token}`,
    Timestamp: isoTime(tx.nowMs),
  };
  const version = signatureVersionOf(topic);
  const signature = signer.sign(tx, version, signedText(fields));
  const payload = laidOut([
    ...Object.entries(fields),
    ["SignatureVersion", version],
    ["Signature", signature.base64],
    ["SigningCertURL", certificateUrl({ endpoint, signature })],
  ]);
  return {
    messageId: fields.MessageId,
    message: fields.Message,
    payload,
    subscribeUrl: fields.SubscribeURL,
  };
}

function messageOf(arn: string, { type, subscription }: Request): string {
  return type === "SubscriptionConfirmation"
    ? `You have chosen to subscribe to the topic ${arn}.\n` +
        "To confirm the subscription, visit the SubscribeURL included in this message."
    : `You have chosen to deactivate subscription ${subscriptionArn(subscription)}.\n` +
        "To cancel this operation and restore the subscription, visit the SubscribeURL included " +
        "in this message.";
}
