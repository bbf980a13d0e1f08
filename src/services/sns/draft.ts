/** What each subscription is told of one publication; what is signed is signed once. */
import type { Envelope, EnvelopeAttribute } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import {
  lambdaEvent,
  type Notification,
  notificationDocument,
  signedNotification,
} from "./notification.ts";
import type { Publication } from "./publication.ts";
import type { Signature, SignatureVersion, Signer } from "./signing.ts";
import { type Subscription, subscriptionArn } from "./subscription.ts";
import { isFifoTopic, type Topic, topicArn } from "./topic.ts";
import { isFifoName } from "./topic-name.ts";

/** A publication on its way to subscriptions. */
export interface FanOut {
  readonly topic: Topic;
  readonly publication: Publication;
  readonly publishedMs: number;
  /** The engine as links in the notification name it. */
  readonly endpoint: string;
  /** It comes from the archive. */
  readonly isReplayed?: boolean;
}

const REPLAYED: EnvelopeAttribute = { type: "String", value: "true" };

export class Draft {
  readonly given: FanOut;
  readonly topicArn: string;
  readonly #tx: WriteTx;
  readonly #signer: Signer;
  readonly #signatures = new Map<string, Signature>();

  constructor(tx: WriteTx, signer: Signer, given: FanOut) {
    this.given = given;
    this.topicArn = topicArn(given.topic);
    this.#tx = tx;
    this.#signer = signer;
  }

  /** The text for the subscription's protocol. */
  messageFor({ protocol }: Subscription): string {
    const { publication } = this.given;
    return publication.messages[protocol] ?? publication.message;
  }

  /** For a queue or a function. */
  envelopeFor(subscription: Subscription): Envelope {
    const { publication } = this.given;
    const { protocol, settings, endpoint } = subscription;
    return {
      payload: this.#payloadFor(subscription),
      sourceArn: this.topicArn,
      trace: publication.trace,
      attributes: settings.isRaw ? this.#rawAttributes() : undefined,
      groupId: protocol === "sqs" ? publication.groupId : undefined,
      deduplicationId: isFifoName(endpoint) ? publication.deduplicationId : undefined,
    };
  }

  #payloadFor(subscription: Subscription): string {
    if (subscription.settings.isRaw) {
      return this.messageFor(subscription);
    }
    return subscription.protocol === "lambda"
      ? lambdaEvent(this.#told(subscription))
      : this.documentFor(subscription);
  }

  #rawAttributes(): Envelope["attributes"] {
    const { publication, isReplayed } = this.given;
    return isReplayed === true
      ? { ...publication.attributes, Replayed: REPLAYED }
      : publication.attributes;
  }

  /** The JSON document about the publication. */
  documentFor(subscription: Subscription): string {
    return notificationDocument(this.#told(subscription));
  }

  #told(subscription: Subscription): Notification {
    const { topic, publication, publishedMs, endpoint, isReplayed } = this.given;
    const message = this.messageFor(subscription);
    return {
      messageId: publication.messageId,
      topicArn: this.topicArn,
      subscriptionArn: subscriptionArn(subscription),
      subject: publication.subject,
      message,
      timestampMs: publishedMs,
      attributes: publication.attributes,
      signatureVersion: signatureVersionOf(topic),
      signature: isFifoTopic(topic) ? undefined : this.#signature(message),
      sequenceNumber: publication.sequenceNumber,
      isReplayed,
      endpoint,
    };
  }

  #signature(message: string): Signature {
    const known = this.#signatures.get(message);
    if (known !== undefined) {
      return known;
    }
    const { topic, publication, publishedMs } = this.given;
    const text = signedNotification({
      messageId: publication.messageId,
      topicArn: this.topicArn,
      subject: publication.subject,
      message,
      timestampMs: publishedMs,
    });
    const signature = this.#signer.sign(this.#tx, signatureVersionOf(topic), text);
    this.#signatures.set(message, signature);
    return signature;
  }
}

export function signatureVersionOf(topic: Topic): SignatureVersion {
  return topic.attributes["SignatureVersion"] === "2" ? "2" : "1";
}
