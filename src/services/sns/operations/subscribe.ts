import { parseArn } from "../../../base/arn.ts";
import type { WriteTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import { topicArnOf } from "../arns.ts";
import { sendConfirmation } from "../confirmation.ts";
import { invalidFor, invalidParameter } from "../errors.ts";
import { subscribedEndpoints, subscriptions } from "../keys.ts";
import type { SnsContext, SnsOperation } from "../ports.ts";
import {
  type Subscription,
  type SubscriptionSettings,
  type SupportedProtocol,
  saveSubscription,
  subscriptionArn,
} from "../subscription.ts";
import { changedSettings, DEFAULT_SETTINGS } from "../subscription-attributes.ts";
import { existingTopic, type Topic, topicArn } from "../topic.ts";

const OTHER_PROTOCOLS = new Set([
  "http",
  "https",
  "email",
  "email-json",
  "sms",
  "application",
  "firehose",
]);

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
export const subscribe: SnsOperation<"Subscribe"> = async (ctx, input) => {
  const arn = topicArnOf(ctx.region, input.TopicArn, "TopicArn");
  const protocol = protocolOf(input.Protocol);
  const endpoint = endpointOf(protocol, input.Endpoint);
  const attributes = input.Attributes ?? {};
  const settings = changedSettings(DEFAULT_SETTINGS, attributes, {
    operation: "Subscribe",
    protocol,
  });
  const subscription = await ctx.store.write((tx) => {
    const topic = existingTopic(tx, arn);
    const existing = subscriptionOf(tx, topic, protocol, endpoint);
    if (existing === undefined) {
      return insert(tx, ctx, { topic, protocol, endpoint, settings });
    }
    if (!isSame(existing, attributes)) {
      throw invalidFor("Attributes", "Subscription already exists with different attributes");
    }
    return existing;
  });
  const isTold = subscription.pendingToken === undefined || input.ReturnSubscriptionArn === true;
  return { SubscriptionArn: isTold ? subscriptionArn(subscription) : "pending confirmation" };
};

function protocolOf(protocol: string): SupportedProtocol {
  if (protocol === "sqs" || protocol === "lambda") {
    return protocol;
  }
  if (OTHER_PROTOCOLS.has(protocol)) {
    throw notSupported("Subscribe", `the protocol ${protocol}`);
  }
  throw invalidParameter(
    `Amazon SNS Subscription: Does not support this protocol string: ${protocol}`,
  );
}

const FIFO_SUFFIX = ".fifo";

function endpointOf(protocol: SupportedProtocol, endpoint: string | undefined): string {
  const arn = endpoint === undefined ? undefined : parseArn(endpoint);
  if (endpoint === undefined || arn?.service !== protocol) {
    throw invalidParameter(protocol === "sqs" ? "SQS endpoint ARN" : "Lambda endpoint ARN");
  }
  if (protocol === "sqs" && arn.resource.endsWith(FIFO_SUFFIX)) {
    throw invalidParameter(
      "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
    );
  }
  return endpoint;
}

function subscriptionOf(
  tx: WriteTx,
  topic: Topic,
  protocol: string,
  endpoint: string,
): Subscription | undefined {
  const id = subscribedEndpoints.get(tx, [topic.id, protocol, endpoint]);
  return id === undefined ? undefined : subscriptions.get(tx, [topic.id, id]);
}

/** What is not given again may differ. */
function isSame(
  { settings, protocol }: Subscription,
  attributes: Readonly<Record<string, string>>,
): boolean {
  const changed = changedSettings(settings, attributes, { operation: "Subscribe", protocol });
  return (
    changed.isRaw === settings.isRaw &&
    changed.filterPolicy === settings.filterPolicy &&
    changed.filterPolicyScope === settings.filterPolicyScope &&
    changed.redrivePolicy === settings.redrivePolicy
  );
}

/** A queue of another account than the caller's has to confirm, a function never has. */
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
  const isForeign = parseArn(endpoint)?.accountId !== ctx.accountId;
  const subscription: Subscription = {
    id: tx.random.uuid(),
    topicId: topic.id,
    topicArn: topicArn(topic),
    protocol,
    endpoint,
    owner: ctx.accountId,
    pendingToken:
      isForeign && protocol === "sqs"
        ? Buffer.from(tx.random.bytes(TOKEN_BYTES)).toString("hex")
        : undefined,
    isAuthenticated: !isForeign,
    settings,
  };
  saveSubscription(tx, subscription);
  sendConfirmation(tx, ctx, topic, subscription);
  return subscription;
}

const TOKEN_BYTES = 128;
