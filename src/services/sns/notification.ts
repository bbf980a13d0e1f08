/**
 * The documents subscribers get: the notification of an SQS subscription, the event of a function.
 *
 * Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
import { assert } from "../../base/assert.ts";
import { toBase64 } from "../../base/bytes.ts";
import type { MessageAttributes } from "./message-attributes.ts";
import type { Signature, SignatureVersion } from "./signing.ts";

/** What one delivery tells: the message as the subscription's protocol gets it. */
export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  readonly timestampMs: number;
  readonly attributes: MessageAttributes;
  readonly signatureVersion: SignatureVersion;
  /** Notifications of FIFO topics have none. */
  readonly signature: Signature | undefined;
  /** Of FIFO topics. */
  readonly sequenceNumber?: string | undefined;
  /** It comes from the archive. */
  readonly isReplayed?: boolean | undefined;
  /** The engine, without a slash at its end. */
  readonly endpoint: string;
}

/** The text that is signed: names and values on lines of their own, in the order of the names. */
export function signedText(
  fields: Readonly<Record<string, string | undefined>> & { readonly Type: string },
): string {
  const lines = Object.keys(fields)
    .sort()
    .flatMap((name) => (fields[name] === undefined ? [] : [name, fields[name]]));
  return `${lines.join("\n")}\n`;
}

export function signedNotification(
  notification: Pick<
    Notification,
    "messageId" | "topicArn" | "subject" | "message" | "timestampMs"
  >,
): string {
  return signedText({
    Type: "Notification",
    Message: notification.message,
    MessageId: notification.messageId,
    Subject: notification.subject,
    Timestamp: isoTime(notification.timestampMs),
    TopicArn: notification.topicArn,
  });
}

/**
 * The JSON body of a message in a queue and of an HTTP delivery, laid out as AWS does. AWS says of
 * replayed messages that they have an attribute `Replayed`, and shows none.
 */
export function notificationDocument(notification: Notification): string {
  const { subject, attributes, signature } = notification;
  return laidOut([
    ["Type", "Notification"],
    ["MessageId", notification.messageId],
    ["SequenceNumber", notification.sequenceNumber],
    ["Replayed", notification.isReplayed === true ? "true" : undefined],
    ["TopicArn", notification.topicArn],
    ["Subject", subject],
    ["Message", notification.message],
    ["Timestamp", isoTime(notification.timestampMs)],
    ["SignatureVersion", signature && notification.signatureVersion],
    ["Signature", signature?.base64],
    ["SigningCertURL", signature && certificateUrl({ endpoint: notification.endpoint, signature })],
    ["UnsubscribeURL", unsubscribeUrl(notification)],
    ["MessageAttributes", Object.keys(attributes).length === 0 ? undefined : attributes],
  ]);
}

type Field = readonly [name: string, value: string | MessageAttributes | undefined];

export function laidOut(fields: readonly Field[]): string {
  const lines = fields.flatMap(([name, value]) =>
    value === undefined
      ? []
      : [
          `  "${name}" : ${typeof value === "string" ? JSON.stringify(value) : attributeLines(value)}`,
        ],
  );
  return `{\n${lines.join(",\n")}\n}`;
}

function attributeLines(attributes: MessageAttributes): string {
  const lines = Object.entries(documentAttributes(attributes)).map(
    ([name, attribute]) => `    ${JSON.stringify(name)} : ${JSON.stringify(attribute)}`,
  );
  return `{\n${lines.join(",\n")}\n  }`;
}

/** The payload a function is invoked with. */
export function lambdaEvent(notification: Notification): string {
  const { signature } = notification;
  assert(signature !== undefined, "functions subscribe to standard topics alone");
  return JSON.stringify({
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: notification.subscriptionArn,
        Sns: {
          Type: "Notification",
          MessageId: notification.messageId,
          TopicArn: notification.topicArn,
          Subject: notification.subject ?? null,
          Message: notification.message,
          Timestamp: isoTime(notification.timestampMs),
          SignatureVersion: notification.signatureVersion,
          Signature: signature.base64,
          SigningCertUrl: certificateUrl({ endpoint: notification.endpoint, signature }),
          UnsubscribeUrl: unsubscribeUrl(notification),
          MessageAttributes: documentAttributes(notification.attributes),
        },
      },
    ],
  });
}

interface DocumentAttribute {
  readonly Type: string;
  readonly Value: string;
}

function documentAttributes(attributes: MessageAttributes): Record<string, DocumentAttribute> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, value }]) => [
      name,
      { Type: type, Value: typeof value === "string" ? value : toBase64(value) },
    ]),
  );
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function certificateUrl({
  endpoint,
  signature,
}: {
  readonly endpoint: string;
  readonly signature: Signature;
}): string {
  return `${endpoint}/SimpleNotificationService-${signature.keyId}.pem`;
}

export function unsubscribeUrl({
  endpoint,
  subscriptionArn,
}: Pick<Notification, "endpoint" | "subscriptionArn">): string {
  return `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`;
}
