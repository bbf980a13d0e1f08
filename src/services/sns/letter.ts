/**
 * E-mail and text messages, written instead of sent: whoever would have got them reads them by
 * `GET /_millrace/outbox` and `millrace outbox`. They are kept in order, the newest 10,000 of them.
 *
 * Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-phone-number-as-subscriber.html
 */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Draft } from "./draft.ts";
import { letterCounts, letters, optedOut } from "./keys.ts";
import { LETTERS_MAX } from "./limits.ts";
import { unsubscribeUrl } from "./notification.ts";
import { type Subscription, subscriptionArn } from "./subscription.ts";
import type { Topic } from "./topic.ts";

export interface Letter {
  /** 1 for the first there ever was. */
  readonly number: number;
  readonly protocol: "email" | "email-json" | "sms";
  readonly type: "Notification" | "SubscriptionConfirmation" | "OneTimePassword";
  readonly region: string;
  readonly accountId: string;
  readonly messageId: string;
  /** An address, a sender id; absent where AWS would pick a number of its own. */
  readonly from?: string | undefined;
  readonly to: string;
  readonly subject?: string | undefined;
  readonly body: string;
  readonly topicArn?: string | undefined;
  readonly subscriptionArn?: string | undefined;
  /** `Promotional` or `Transactional`. */
  readonly smsType?: string | undefined;
  readonly postedMs: number;
}

export function postLetter(tx: WriteTx, letter: Omit<Letter, "number" | "postedMs">): void {
  const number = (letterCounts.get(tx, []) ?? 0) + 1;
  letterCounts.put(tx, [], number);
  letters.put(tx, [number], { ...letter, number, postedMs: tx.nowMs });
  if (number > LETTERS_MAX) {
    letters.delete(tx, [number - LETTERS_MAX]);
  }
}

/** AWS's own: a message without a subject, and what every mail ends with. */
const SUBJECT_DEFAULT = "AWS Notification Message";
const SENDER = "no-reply@sns.amazonaws.com";
const SMS_PREFIX_LENGTH_MAX = 10;

export function postNotification(tx: WriteTx, subscription: Subscription, draft: Draft): void {
  const { topic, publication, endpoint } = draft.given;
  const { protocol } = subscription;
  const common = {
    ...senderOf(topic),
    type: "Notification" as const,
    messageId: publication.messageId,
    to: subscription.endpoint,
    topicArn: draft.topicArn,
    subscriptionArn: subscriptionArn(subscription),
  };
  if (protocol === "sms") {
    postText(tx, topic, { ...common, message: draft.messageFor(subscription) });
    return;
  }
  const link = unsubscribeUrl({ endpoint, subscriptionArn: common.subscriptionArn });
  postLetter(tx, {
    ...common,
    protocol: protocol === "email-json" ? protocol : "email",
    subject: publication.subject ?? SUBJECT_DEFAULT,
    body:
      protocol === "email-json"
        ? draft.documentFor(subscription)
        : `${draft.messageFor(subscription)}\n\n--\nIf you wish to stop receiving notifications ` +
          "from this topic, please click or visit the link below to unsubscribe:\n" +
          `${link}&Endpoint=${subscription.endpoint}\n\nPlease do not reply directly to this email.`,
  });
}

export function senderOf(topic: Topic): Pick<Letter, "from" | "region" | "accountId"> {
  const { region, accountId, attributes } = topic;
  const name = attributes["DisplayName"] || "AWS Notifications";
  return { from: `${name} <${SENDER}>`, region, accountId };
}

/** A text message of a topic begins with the topic's display name. */
function postText(
  tx: WriteTx,
  { attributes, region, accountId }: Topic,
  letter: Omit<Letter, "number" | "postedMs" | "protocol" | "body"> & { readonly message: string },
): void {
  const { message, from: _, ...rest } = letter;
  if (optedOut.get(tx, [region, accountId, letter.to]) !== undefined) {
    return;
  }
  const name = (attributes["DisplayName"] ?? "").slice(0, SMS_PREFIX_LENGTH_MAX);
  const body = name === "" ? message : `${name}> ${message}`;
  postLetter(tx, { ...rest, protocol: "sms", body });
}

export interface LetterQuery {
  readonly protocol?: string | undefined;
  /** Whom it is to. */
  readonly address?: string | undefined;
  /** Only letters behind the one of this number. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/** The newest that fit, oldest first. */
export function findLetters(tx: ReadTx, query: LetterQuery): readonly Letter[] {
  const { protocol, address, after = 0, limit } = query;
  const found: Letter[] = [];
  for (const { record } of letters.list(tx, { after: [after], reverse: true })) {
    const isAsked =
      (protocol === undefined || record.protocol === protocol) &&
      (address === undefined || record.to === address);
    if (isAsked) {
      found.push(record);
    }
    if (found.length === limit) {
      break;
    }
  }
  return found.reverse();
}
