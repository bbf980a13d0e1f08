/**
 * Subscription attributes: what can be set, and what is answered.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
 */
import { parseArn } from "../../base/arn.ts";
import {
  compileFilterPolicy,
  type FilterPolicyScope,
} from "../../languages/filter-policy/filter-policy.ts";
import { notSupported } from "../../wire/aws-error.ts";
import { effectivePolicy, shownPolicy } from "./delivery-policy.ts";
import { checkSubscriptionDeliveryPolicy } from "./delivery-policy-check.ts";
import { invalidFor, invalidParameter } from "./errors.ts";
import { checkReplayPolicy } from "./replay-state.ts";
import {
  type Subscription,
  type SubscriptionSettings,
  type SupportedProtocol,
  subscriptionArn,
} from "./subscription.ts";
import type { Topic } from "./topic.ts";
import { isFifoName } from "./topic-name.ts";

export const DEFAULT_SETTINGS: SubscriptionSettings = {
  isRaw: false,
  filterPolicyScope: "MessageAttributes",
};

interface Attribute {
  readonly name: string;
  readonly value: string;
  readonly protocol: SupportedProtocol;
  readonly isFifo: boolean;
}

type Patch = Partial<SubscriptionSettings>;

const SETTABLE: Readonly<Record<string, (attribute: Attribute) => Patch>> = {
  RawMessageDelivery: ({ value, protocol }) => ({ isRaw: rawOf(value, protocol) }),
  FilterPolicy: ({ value }) => ({ filterPolicy: isEmptyJson(value) ? undefined : value }),
  FilterPolicyScope: ({ value }) => ({ filterPolicyScope: scopeOf(value) }),
  RedrivePolicy: ({ value, isFifo }) =>
    isEmptyJson(value)
      ? { redrivePolicy: undefined, deadLetterTargetArn: undefined }
      : { redrivePolicy: value, deadLetterTargetArn: deadLetterTargetOf(value, { isFifo }) },
  DeliveryPolicy: ({ value, protocol }) =>
    isEmptyJson(value)
      ? { deliveryPolicy: undefined }
      : { deliveryPolicy: deliveryPolicyOf(value, protocol) },
  ReplayPolicy: ({ value, isFifo }) =>
    isEmptyJson(value)
      ? { replayPolicy: undefined }
      : { replayPolicy: replayPolicyOf(value, { isFifo }) },
};

const NOT_SUPPORTED = new Set(["SubscriptionRoleArn"]);

export interface SettingsOwner {
  readonly operation: "Subscribe" | "SetSubscriptionAttributes";
  readonly protocol: SupportedProtocol;
  /** Of the topic. */
  readonly isFifo: boolean;
}

/** Settings with attributes changed, checked together: a scope counts for the policy beside it. */
export function changedSettings(
  settings: SubscriptionSettings,
  attributes: Readonly<Record<string, string>>,
  { operation, protocol, isFifo }: SettingsOwner,
): SubscriptionSettings {
  let changed = settings;
  for (const [name, value] of Object.entries(attributes)) {
    if (NOT_SUPPORTED.has(name)) {
      throw notSupported(operation, `the subscription attribute ${name}`);
    }
    const patchOf = SETTABLE[name];
    if (patchOf === undefined) {
      throw invalidParameter("AttributeName");
    }
    changed = { ...changed, ...patchOf({ name, value, protocol, isFifo }) };
  }
  if (changed.filterPolicy !== undefined) {
    const { reason } = compileFilterPolicy(changed.filterPolicy, changed.filterPolicyScope);
    if (reason !== undefined) {
      throw invalidParameter(reason);
    }
  }
  return changed;
}

const RAW_PROTOCOLS = new Set<SupportedProtocol>(["sqs", "http", "https"]);

function rawOf(value: string, protocol: SupportedProtocol): boolean {
  const isRaw = value.toLowerCase() === "true";
  if (!isRaw && value.toLowerCase() !== "false") {
    throw invalidFor(
      "Attributes",
      `RawMessageDelivery: Invalid value [${value}]. Must be true or false.`,
    );
  }
  if (isRaw && !RAW_PROTOCOLS.has(protocol)) {
    throw invalidFor(
      "Attributes",
      `Delivery protocol [${protocol}] does not support raw message delivery.`,
    );
  }
  return isRaw;
}

function scopeOf(value: string): FilterPolicyScope {
  if (value !== "MessageAttributes" && value !== "MessageBody") {
    throw invalidParameter(
      `FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
    );
  }
  return value;
}

/** An empty text or object takes a policy away. */
function isEmptyJson(value: string): boolean {
  return /^\s*(\{\s*\}\s*)?$/.test(value);
}

function deadLetterTargetOf(value: string, { isFifo }: { readonly isFifo: boolean }): string {
  let policy: Readonly<Record<string, unknown>>;
  try {
    policy = JSON.parse(value) ?? {};
  } catch {
    throw invalidParameter("RedrivePolicy: failed to parse JSON.");
  }
  // Source: https://github.com/ministryofjustice/cloud-platform-environments/pull/11520
  const unknown = Object.keys(policy).find((name) => name !== "deadLetterTargetArn");
  if (unknown !== undefined) {
    throw invalidParameter(`RedrivePolicy: invalid JSON. Attribute ${unknown} is unknown.`);
  }
  const arn = policy["deadLetterTargetArn"];
  if (typeof arn !== "string" || parseArn(arn)?.service !== "sqs") {
    throw invalidParameter("RedrivePolicy: deadLetterTargetArn is an invalid arn");
  }
  if (isFifo && !isFifoName(arn)) {
    throw invalidParameter("RedrivePolicy: must use a FIFO queue as DLQ for a FIFO topic");
  }
  return arn;
}

function deliveryPolicyOf(value: string, protocol: SupportedProtocol): string {
  if (protocol !== "http" && protocol !== "https") {
    throw invalidFor(
      "Attributes",
      `Delivery protocol [${protocol}] does not support delivery policies.`,
    );
  }
  return checkSubscriptionDeliveryPolicy(value);
}

function replayPolicyOf(value: string, { isFifo }: { readonly isFifo: boolean }): string {
  if (!isFifo) {
    throw invalidParameter("ReplayPolicy can only be set for subscriptions of FIFO topics");
  }
  checkReplayPolicy(value);
  return value;
}

export function subscriptionAttributes(
  subscription: Subscription,
  topic: Topic,
): Readonly<Record<string, string>> {
  const { settings, pendingToken, protocol, replay } = subscription;
  return {
    SubscriptionArn: subscriptionArn(subscription),
    TopicArn: subscription.topicArn,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    Owner: subscription.owner,
    SubscriptionPrincipal: `arn:aws:iam::${subscription.owner}:root`,
    RawMessageDelivery: String(settings.isRaw),
    PendingConfirmation: String(pendingToken !== undefined),
    ConfirmationWasAuthenticated: String(subscription.isAuthenticated),
    ...(settings.filterPolicy !== undefined && {
      FilterPolicy: settings.filterPolicy,
      FilterPolicyScope: settings.filterPolicyScope,
    }),
    ...(settings.redrivePolicy !== undefined && { RedrivePolicy: settings.redrivePolicy }),
    ...(settings.deliveryPolicy !== undefined && { DeliveryPolicy: settings.deliveryPolicy }),
    ...((protocol === "http" || protocol === "https") && {
      EffectiveDeliveryPolicy: shownPolicy(
        effectivePolicy(topic.attributes["DeliveryPolicy"], settings.deliveryPolicy),
      ),
    }),
    ...(settings.replayPolicy !== undefined && { ReplayPolicy: settings.replayPolicy }),
    ...(replay !== undefined && { ReplayStatus: replay.status }),
  };
}
