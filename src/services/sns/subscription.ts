/** A subscription: its record, its rows and how it is found. */
import { parseArn } from "../../base/arn.ts";
import type { FilterPolicyScope } from "../../languages/filter-policy/filter-policy.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { SubscriptionRef } from "./arns.ts";
import { subscriptionDoesNotExist } from "./errors.ts";
import { ownedSubscriptions, paces, subscribedEndpoints, subscriptions } from "./keys.ts";
import type { Replay } from "./replay-state.ts";
import { findTopic, topicNameOf } from "./topic.ts";

export type SupportedProtocol =
  | "sqs"
  | "lambda"
  | "http"
  | "https"
  | "email"
  | "email-json"
  | "sms";

export interface Subscription {
  readonly id: string;
  readonly topicId: string;
  readonly topicArn: string;
  readonly protocol: SupportedProtocol;
  /** The ARN of a queue or a function, a URL, an address, a phone number. */
  readonly endpoint: string;
  /** The engine as the subscriber addressed it, for links. */
  readonly engineEndpoint?: string | undefined;
  /** The account that subscribed. */
  readonly owner: string;
  /** What confirms it; absent once that is done. */
  readonly pendingToken?: string | undefined;
  /** What confirmed it: a link that is followed twice is as good as once. */
  readonly confirmedToken?: string | undefined;
  readonly isAuthenticated: boolean;
  readonly settings: SubscriptionSettings;
  readonly replay?: Replay | undefined;
}

export interface SubscriptionSettings {
  readonly isRaw: boolean;
  /** JSON as it was given. */
  readonly filterPolicy?: string | undefined;
  readonly filterPolicyScope: FilterPolicyScope;
  /** JSON as it was given. */
  readonly redrivePolicy?: string | undefined;
  /** Of the redrive policy. */
  readonly deadLetterTargetArn?: string | undefined;
  /** JSON as it was given. */
  readonly deliveryPolicy?: string | undefined;
  /** JSON as it was given. */
  readonly replayPolicy?: string | undefined;
}

export function subscriptionArn(subscription: Subscription): string {
  return `${subscription.topicArn}:${subscription.id}`;
}

export function findSubscription(tx: ReadTx, ref: SubscriptionRef): Subscription | undefined {
  const topic = findTopic(tx, topicNameOf(ref.topic));
  return topic && subscriptions.get(tx, [topic.id, ref.subscriptionId]);
}

export function existingSubscription(tx: ReadTx, ref: SubscriptionRef): Subscription {
  const subscription = findSubscription(tx, ref);
  if (subscription === undefined) {
    throw subscriptionDoesNotExist();
  }
  return subscription;
}

export function saveSubscription(tx: WriteTx, subscription: Subscription): void {
  const { id, topicId, protocol, endpoint } = subscription;
  subscriptions.put(tx, [topicId, id], subscription);
  subscribedEndpoints.put(tx, [topicId, protocol, endpoint], id);
  ownedSubscriptions.put(tx, ownedId(subscription), topicId);
}

export function removeSubscription(tx: WriteTx, subscription: Subscription): void {
  const { id, topicId, protocol, endpoint } = subscription;
  subscriptions.delete(tx, [topicId, id]);
  subscribedEndpoints.delete(tx, [topicId, protocol, endpoint]);
  ownedSubscriptions.delete(tx, ownedId(subscription));
  paces.delete(tx, [id]);
}

function ownedId(subscription: Subscription): readonly string[] {
  const region = parseArn(subscription.topicArn)?.region ?? "";
  return [region, subscription.owner, subscriptionArn(subscription)];
}
