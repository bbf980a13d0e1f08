import { parseArn } from "../../../base/arn.ts";
import type { WriteTx } from "../../../store/store.ts";
import { topicArnOf } from "../arns.ts";
import { askForConfirmation } from "../confirmation.ts";
import { endpointOf, protocolOf } from "../endpoint.ts";
import { invalidFor } from "../errors.ts";
import { subscribedEndpoints, subscriptions } from "../keys.ts";
import type { SnsContext, SnsOperation } from "../ports.ts";
import { withReplay } from "../replay.ts";
import {
  type Subscription,
  type SubscriptionSettings,
  type SupportedProtocol,
  saveSubscription,
  subscriptionArn,
} from "../subscription.ts";
import { changedSettings, DEFAULT_SETTINGS } from "../subscription-attributes.ts";
import { checkSubscriptionLimits } from "../subscription-limits.ts";
import { existingTopic, isFifoTopic, type Topic, topicArn } from "../topic.ts";
import { isFifoName } from "../topic-name.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
export const subscribe: SnsOperation<"Subscribe"> = async (ctx, input) => {
  const arn = topicArnOf(ctx.region, input.TopicArn, "TopicArn");
  const isFifo = isFifoName(arn.resource);
  const protocol = protocolOf(input.Protocol, { isFifo });
  const endpoint = endpointOf(protocol, input.Endpoint, { isFifo });
  const attributes = input.Attributes ?? {};
  const settings = changedSettings(DEFAULT_SETTINGS, attributes, {
    operation: "Subscribe",
    protocol,
    isFifo,
  });
  const subscription = await ctx.store.write((tx) => {
    const topic = existingTopic(tx, arn);
    const existing = subscriptionOf(tx, topic, protocol, endpoint);
    if (existing === undefined) {
      return insert(tx, ctx, { topic, protocol, endpoint, settings });
    }
    if (!isSame(existing, attributes, isFifoTopic(topic))) {
      throw invalidFor("Attributes", "Subscription already exists with different attributes");
    }
    return existing.pendingToken === undefined
      ? existing
      : askForConfirmation(tx, ctx, topic, { ...existing, engineEndpoint: ctx.endpoint });
  });
  const isTold = subscription.pendingToken === undefined || input.ReturnSubscriptionArn === true;
  return { SubscriptionArn: isTold ? subscriptionArn(subscription) : "pending confirmation" };
};

function subscriptionOf(
  tx: WriteTx,
  topic: Topic,
  protocol: string,
  endpoint: string,
): Subscription | undefined {
  const id = subscribedEndpoints.get(tx, [topic.id, protocol, endpoint]);
  return id === undefined ? undefined : subscriptions.get(tx, [topic.id, id]);
}

const COMPARED = [
  "isRaw",
  "filterPolicy",
  "filterPolicyScope",
  "redrivePolicy",
  "deliveryPolicy",
  "replayPolicy",
] as const;

/** What is not given again may differ. */
function isSame(
  { settings, protocol }: Subscription,
  attributes: Readonly<Record<string, string>>,
  isFifo: boolean,
): boolean {
  const owner = { operation: "Subscribe", protocol, isFifo } as const;
  const changed = changedSettings(settings, attributes, owner);
  return COMPARED.every((name) => changed[name] === settings[name]);
}

function insert(
  tx: WriteTx,
  ctx: SnsContext,
  given: {
    readonly topic: Topic;
    readonly protocol: SupportedProtocol;
    readonly endpoint: string;
    readonly settings: SubscriptionSettings;
  },
): Subscription {
  const { topic, protocol, endpoint, settings } = given;
  const needsConsent = needsConfirmation(protocol, endpoint, ctx.accountId);
  const subscription = withReplay(tx, topic, {
    id: tx.random.uuid(),
    topicId: topic.id,
    topicArn: topicArn(topic),
    protocol,
    endpoint,
    engineEndpoint: ctx.endpoint,
    owner: ctx.accountId,
    isAuthenticated: !needsConsent,
    settings,
  });
  checkSubscriptionLimits(tx, topic, subscription);
  if (needsConsent) {
    return askForConfirmation(tx, ctx, topic, subscription);
  }
  saveSubscription(tx, subscription);
  return subscription;
}

/** A queue of another account than the caller's has to confirm; functions and phones never have. */
function needsConfirmation(
  protocol: SupportedProtocol,
  endpoint: string,
  accountId: string,
): boolean {
  switch (protocol) {
    case "sqs":
      return parseArn(endpoint)?.accountId !== accountId;
    case "lambda":
    case "sms":
      return false;
    default:
      return true;
  }
}
