/**
 * A publication on its way to all subscriptions of a topic, in one transaction.
 *
 * A target that refuses does not fail the publish: the message goes to the subscription's
 * dead-letter queue, or is reported as undelivered when there is none or it refuses too.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
 */
import {
  type AttributeValues,
  attributeValues,
} from "../../languages/filter-policy/attribute-values.ts";
import { matchesAttributes, matchesBody } from "../../languages/filter-policy/filter-policy.ts";
import type { CompilePolicy } from "../../languages/filter-policy/policy-cache.ts";
import { type Acceptance, deliver, type Envelope, type Sinks } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import { subscriptions } from "./keys.ts";
import {
  lambdaEvent,
  type Notification,
  notificationDocument,
  signedNotification,
} from "./notification.ts";
import type { Publication } from "./publication.ts";
import type { Signature, SignatureVersion, Signer } from "./signing.ts";
import { type Subscription, subscriptionArn } from "./subscription.ts";
import { type Topic, topicArn } from "./topic.ts";

export interface FanOutPorts {
  readonly sinks: Sinks;
  readonly compilePolicy: CompilePolicy;
  readonly signer: Signer;
}

export interface Undelivered {
  readonly subscriptionArn: string;
  readonly messageId: string;
  readonly code: string;
  readonly message: string;
}

/** Hands the publication to every subscription that wants it; answers what nobody took. */
export function fanOut(
  tx: WriteTx,
  ports: FanOutPorts,
  { topic, publication, endpoint }: FanOut,
): readonly Undelivered[] {
  const undelivered: Undelivered[] = [];
  const draft = new Draft(tx, ports.signer, { topic, publication, endpoint });
  const filter = new Filter(ports.compilePolicy, publication);
  for (const { record: subscription } of subscriptions.list(tx, { prefix: [topic.id] })) {
    if (subscription.pendingToken === undefined && filter.lets(subscription)) {
      const envelope = draft.envelopeFor(subscription);
      const acceptance = deliver(tx, ports.sinks, subscription.endpoint, envelope);
      if (!acceptance.accepted && !isBuried(tx, ports.sinks, subscription, envelope, acceptance)) {
        undelivered.push({
          subscriptionArn: subscriptionArn(subscription),
          messageId: publication.messageId,
          code: acceptance.code,
          message: acceptance.message,
        });
      }
    }
  }
  return undelivered;
}

export interface FanOut {
  readonly topic: Topic;
  readonly publication: Publication;
  /** The engine as links in the notification name it. */
  readonly endpoint: string;
}

type Refusal = Extract<Acceptance, { readonly accepted: false }>;

function isBuried(
  tx: WriteTx,
  sinks: Sinks,
  { settings }: Subscription,
  envelope: Envelope,
  refusal: Refusal,
): boolean {
  if (settings.deadLetterTargetArn === undefined) {
    return false;
  }
  const attributes = {
    RequestID: { type: "String", value: tx.random.uuid() },
    ErrorCode: { type: "String", value: refusal.code },
    ErrorMessage: { type: "String", value: refusal.message },
  };
  return deliver(tx, sinks, settings.deadLetterTargetArn, { ...envelope, attributes }).accepted;
}

/** Decides by filter policies, reading attributes and body at most once. */
class Filter {
  readonly #compile: CompilePolicy;
  readonly #publication: Publication;
  #attributes: AttributeValues | undefined;
  #body: { readonly value: unknown } | undefined;

  constructor(compile: CompilePolicy, publication: Publication) {
    this.#compile = compile;
    this.#publication = publication;
  }

  lets({ settings }: Subscription): boolean {
    if (settings.filterPolicy === undefined) {
      return true;
    }
    const { policy } = this.#compile(settings.filterPolicy, settings.filterPolicyScope);
    if (policy === undefined) {
      return false;
    }
    if (policy.scope === "MessageBody") {
      this.#body ??= { value: parsedOrNothing(this.#publication.message) };
      return matchesBody(policy, this.#body.value);
    }
    this.#attributes ??= attributeValues(this.#publication.attributes);
    return matchesAttributes(policy, this.#attributes);
  }
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Makes the envelopes of one publication; what is signed is signed once. */
class Draft {
  readonly #tx: WriteTx;
  readonly #signer: Signer;
  readonly #given: FanOut;
  readonly #topicArn: string;
  readonly #signatures = new Map<string, Signature>();

  constructor(tx: WriteTx, signer: Signer, given: FanOut) {
    this.#tx = tx;
    this.#signer = signer;
    this.#given = given;
    this.#topicArn = topicArn(given.topic);
  }

  envelopeFor(subscription: Subscription): Envelope {
    const { publication } = this.#given;
    const { protocol, settings } = subscription;
    const common = {
      sourceArn: this.#topicArn,
      trace: publication.trace,
      groupId: protocol === "sqs" ? publication.groupId : undefined,
    };
    const message = publication.messages[protocol] ?? publication.message;
    if (settings.isRaw) {
      return { ...common, payload: message, attributes: publication.attributes };
    }
    const notification = this.#notification(subscription, message);
    const payload =
      protocol === "lambda" ? lambdaEvent(notification) : notificationDocument(notification);
    return { ...common, payload };
  }

  #notification(subscription: Subscription, message: string): Notification {
    const { topic, publication, endpoint } = this.#given;
    const told = {
      messageId: publication.messageId,
      topicArn: this.#topicArn,
      subscriptionArn: subscriptionArn(subscription),
      subject: publication.subject,
      message,
      timestampMs: this.#tx.nowMs,
      attributes: publication.attributes,
      signatureVersion: signatureVersionOf(topic),
      endpoint,
    };
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
