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
    const { publication, isReplayed } = this.given;
    const { protocol, settings, endpoint } = subscription;
    const common = {
      sourceArn: this.topicArn,
      trace: publication.trace,
      groupId: protocol === "sqs" ? publication.groupId : undefined,
      deduplicationId: isFifoName(endpoint) ? publication.deduplicationId : undefined,
    };
    if (settings.isRaw) {
      const { attributes } = publication;
      return {
        ...common,
        payload: this.messageFor(subscription),
        attributes: isReplayed === true ? { ...attributes, Replayed: REPLAYED } : attributes,
      };
    }
    return {
      ...common,
      payload:
        protocol === "lambda"
          ? lambdaEvent(this.#signedNotification(subscription))
          : this.documentFor(subscription),
    };
  }

  /** The JSON document about the publication. */
  documentFor(subscription: Subscription): string {
    return notificationDocument(
      isFifoTopic(this.given.topic)
        ? { ...this.#told(subscription), signature: undefined }
        : this.#signedNotification(subscription),
    );
  }

  #told(subscription: Subscription): Omit<Notification, "signature"> {
    const { topic, publication, publishedMs, endpoint, isReplayed } = this.given;
    return {
      messageId: publication.messageId,
      topicArn: this.topicArn,
      subscriptionArn: subscriptionArn(subscription),
      subject: publication.subject,
      message: this.messageFor(subscription),
      timestampMs: publishedMs,
      attributes: publication.attributes,
      signatureVersion: signatureVersionOf(topic),
      sequenceNumber: publication.sequenceNumber,
      isReplayed,
      endpoint,
    };
  }

  #signedNotification(
    subscription: Subscription,
  ): Notification & { readonly signature: Signature } {
    const told = this.#told(subscription);
    return { ...told, signature: this.#signature(told) };
  }

  #signature(told: Omit<Notification, "signature">): Signature {
    const known = this.#signatures.get(told.message);
    if (known !== undefined) {
      return known;
    }
    const text = signedNotification(told);
    const signature = this.#signer.sign(this.#tx, told.signatureVersion, text);
    this.#signatures.set(told.message, signature);
    return signature;
  }
}

export function signatureVersionOf(topic: Topic): SignatureVersion {
  return topic.attributes["SignatureVersion"] === "2" ? "2" : "1";
}
