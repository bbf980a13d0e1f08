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
import { invalidFor, invalidParameter } from "./errors.ts";
import {
  type Subscription,
  type SubscriptionSettings,
  type SupportedProtocol,
  subscriptionArn,
} from "./subscription.ts";

export const DEFAULT_SETTINGS: SubscriptionSettings = {
  isRaw: false,
  filterPolicyScope: "MessageAttributes",
};

interface Attribute {
  readonly name: string;
  readonly value: string;
  readonly protocol: SupportedProtocol;
}

type Patch = Partial<SubscriptionSettings>;

const SETTABLE: Readonly<Record<string, (attribute: Attribute) => Patch>> = {
  RawMessageDelivery: ({ value, protocol }) => ({ isRaw: rawOf(value, protocol) }),
  FilterPolicy: ({ value }) => ({ filterPolicy: isEmptyJson(value) ? undefined : value }),
  FilterPolicyScope: ({ value }) => ({ filterPolicyScope: scopeOf(value) }),
  RedrivePolicy: ({ value }) =>
    isEmptyJson(value)
      ? { redrivePolicy: undefined, deadLetterTargetArn: undefined }
      : { redrivePolicy: value, deadLetterTargetArn: deadLetterTargetOf(value) },
};

const NOT_SUPPORTED = new Set(["DeliveryPolicy", "SubscriptionRoleArn", "ReplayPolicy"]);

/** Settings with attributes changed, checked together: a scope counts for the policy beside it. */
export function changedSettings(
  settings: SubscriptionSettings,
  attributes: Readonly<Record<string, string>>,
  { operation, protocol }: { readonly operation: string; readonly protocol: SupportedProtocol },
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
    changed = { ...changed, ...patchOf({ name, value, protocol }) };
  }
  if (changed.filterPolicy !== undefined) {
    const { reason } = compileFilterPolicy(changed.filterPolicy, changed.filterPolicyScope);
    if (reason !== undefined) {
      throw invalidParameter(reason);
    }
  }
  return changed;
}

function rawOf(value: string, protocol: SupportedProtocol): boolean {
  const isRaw = value.toLowerCase() === "true";
  if (!isRaw && value.toLowerCase() !== "false") {
    throw invalidFor(
      "Attributes",
      `RawMessageDelivery: Invalid value [${value}]. Must be true or false.`,
    );
  }
  if (isRaw && protocol === "lambda") {
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

function deadLetterTargetOf(value: string): string {
  let arn: unknown;
  try {
    arn = (JSON.parse(value) as { deadLetterTargetArn?: unknown } | null)?.deadLetterTargetArn;
  } catch {
    throw invalidParameter("RedrivePolicy: failed to parse JSON.");
  }
  if (typeof arn !== "string" || parseArn(arn)?.service !== "sqs") {
    throw invalidParameter("RedrivePolicy: deadLetterTargetArn is an invalid arn");
  }
  return arn;
}

export function subscriptionAttributes(
  subscription: Subscription,
): Readonly<Record<string, string>> {
  const { settings, pendingToken } = subscription;
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
  };
}
