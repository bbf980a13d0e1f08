/**
 * Topic attributes: what can be set, and what is answered.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
 */
import { parseArn } from "../../base/arn.ts";
import { defaultTopicPolicy } from "../../languages/policy/default-topic-policy.ts";
import { notSupported } from "../../wire/aws-error.ts";
import { archiveDaysOf } from "./archive-policy.ts";
import { effectiveTopicPolicy } from "./delivery-policy.ts";
import { checkTopicDeliveryPolicy } from "./delivery-policy-check.ts";
import { invalidFor, invalidParameter } from "./errors.ts";
import { DISPLAY_NAME_LENGTH_MAX } from "./limits.ts";
import { checkPolicy } from "./policy.ts";
import { isFifoTopic, type Topic, topicArn } from "./topic.ts";

/** Checks a value and answers it as it is kept. */
type Check = (name: string, value: string) => string;

/** Source: https://github.com/aws-controllers-k8s/community/issues/1867 */
const policy: Check = (_, value) => {
  if (value === "") {
    throw invalidParameter("Policy is empty");
  }
  return checkPolicy(value);
};

const oneOf =
  (...values: readonly string[]): Check =>
  (name, value) => {
    if (!values.includes(value)) {
      throw invalidFor(name, `Invalid value [${value}]. Must be one of [${values.join(", ")}]`);
    }
    return value;
  };

const boolean: Check = (name, value) => {
  const text = value.toLowerCase();
  if (text !== "true" && text !== "false") {
    throw invalidFor(name, `Invalid value [${value}]. Must be true or false.`);
  }
  return text;
};

const role: Check = (name, value) => {
  if (parseArn(value)?.service !== "iam") {
    throw invalidFor(name, `Invalid value [${value}]. Must be the ARN of a role.`);
  }
  return value;
};

const percentage: Check = (name, value) => {
  if (!/^\d{1,3}$/.test(value) || Number(value) > 100) {
    throw invalidFor(name, `Invalid value [${value}]. Must be a number from 0 to 100.`);
  }
  return value;
};

/** Delivery status logging, for each kind of endpoint that has it here. */
const FEEDBACK: Readonly<Record<string, Check>> = Object.fromEntries(
  ["HTTP", "Lambda", "SQS"].flatMap((kind) => [
    [`${kind}SuccessFeedbackRoleArn`, role],
    [`${kind}SuccessFeedbackSampleRate`, percentage],
    [`${kind}FailureFeedbackRoleArn`, role],
  ]),
);

const SETTABLE: Readonly<Record<string, Check>> = {
  DisplayName(name, value) {
    if (value.length > DISPLAY_NAME_LENGTH_MAX) {
      throw invalidFor(name, `must be at most ${DISPLAY_NAME_LENGTH_MAX} characters long`);
    }
    return value;
  },
  Policy: policy,
  DeliveryPolicy: (_, value) => checkTopicDeliveryPolicy(value),
  KmsMasterKeyId: (_, value) => value,
  SignatureVersion: oneOf("1", "2"),
  TracingConfig: oneOf("PassThrough", "Active"),
  ...FEEDBACK,
};

const OF_FIFO_TOPICS: Readonly<Record<string, Check>> = {
  ContentBasedDeduplication: boolean,
  FifoThroughputScope: oneOf("Topic", "MessageGroup"),
  ArchivePolicy(_, value) {
    archiveDaysOf(value);
    return value;
  },
};

/** Attributes that an empty value takes away. */
const REMOVABLE = new Set(["DeliveryPolicy", "KmsMasterKeyId", ...Object.keys(FEEDBACK)]);
/** Refused, but for a rate of 0, which logs nothing: Terraform sets it for every kind. */
const DELIVERY_STATUS = /^(Firehose|Application)(Success|Failure)Feedback/;

export interface AttributeOwner {
  readonly operation: "CreateTopic" | "SetTopicAttributes";
  readonly isFifo: boolean;
}

/** The value as it is kept; `undefined` takes the attribute away. */
export function checkTopicAttribute(
  { operation, isFifo }: AttributeOwner,
  name: string,
  value: string,
): string | undefined {
  if (DELIVERY_STATUS.test(name)) {
    if (name.endsWith("SampleRate") && value === "0") {
      return value;
    }
    throw notSupported(operation, `delivery status logging (${name})`);
  }
  const ofFifo = Object.hasOwn(OF_FIFO_TOPICS, name) ? OF_FIFO_TOPICS[name] : undefined;
  if (ofFifo !== undefined) {
    if (!isFifo && !isDefault(name, value)) {
      throw invalidParameter(`${SPOKEN[name] ?? name} can only be set for FIFO topics`);
    }
    return isFifo ? ofFifo(name, value) : undefined;
  }
  const check = Object.hasOwn(SETTABLE, name) ? SETTABLE[name] : undefined;
  if (check === undefined) {
    throw operation === "CreateTopic"
      ? invalidFor("Attributes", `Unknown attribute ${name}`)
      : invalidParameter("AttributeName");
  }
  return value === "" && REMOVABLE.has(name) ? undefined : check(name, value);
}

const SPOKEN: Readonly<Record<string, string>> = {
  ContentBasedDeduplication: "Content-Based Deduplication",
};

/** What a standard topic is told that changes nothing. */
function isDefault(name: string, value: string): boolean {
  return name === "ContentBasedDeduplication" && value.toLowerCase() === "false";
}

/** The attributes of a topic that is created. */
export function checkTopicAttributes(
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { FifoTopic = "false", ...others } = values;
  const isFifo = boolean("FifoTopic", FifoTopic) === "true";
  const kept: Record<string, string> = isFifo
    ? { FifoTopic: "true", ContentBasedDeduplication: "false" }
    : {};
  for (const [name, value] of Object.entries(others)) {
    const checked = checkTopicAttribute({ operation: "CreateTopic", isFifo }, name, value);
    if (checked !== undefined && !isNoArchivePolicy(name, checked)) {
      kept[name] = checked;
    }
  }
  return kept;
}

export function isNoArchivePolicy(name: string, value: string): boolean {
  return name === "ArchivePolicy" && archiveDaysOf(value) === undefined;
}

export interface SubscriptionCounts {
  readonly confirmed: number;
  readonly pending: number;
}

export function topicAttributes(
  topic: Topic,
  counts: SubscriptionCounts,
  beginningArchiveMs: number | undefined,
): Readonly<Record<string, string>> {
  return {
    DisplayName: "",
    Policy: defaultTopicPolicy(topicArn(topic)),
    ...topic.attributes,
    TopicArn: topicArn(topic),
    Owner: topic.accountId,
    SubscriptionsConfirmed: String(counts.confirmed),
    SubscriptionsPending: String(counts.pending),
    SubscriptionsDeleted: String(topic.deletedSubscriptionCount),
    EffectiveDeliveryPolicy: JSON.stringify(
      effectiveTopicPolicy(topic.attributes["DeliveryPolicy"]),
    ),
    ...(beginningArchiveMs !== undefined && {
      BeginningArchiveTime: new Date(beginningArchiveMs).toISOString(),
    }),
    ...(isFifoTopic(topic) && { FifoTopic: "true" }),
  };
}
