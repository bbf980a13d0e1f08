/**
 * Topic attributes: what can be set, and what is answered.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
 */
import { notSupported } from "../../wire/aws-error.ts";
import { invalidFor, invalidParameter } from "./errors.ts";
import { DISPLAY_NAME_LENGTH_MAX } from "./limits.ts";
import { type Topic, topicArn } from "./topic.ts";

/** Checks a value and answers it as it is kept. */
type Check = (name: string, value: string) => string;

const jsonText: Check = (name, value) => {
  try {
    return JSON.stringify(JSON.parse(value));
  } catch {
    throw invalidFor(name, "failed to parse JSON.");
  }
};

const oneOf =
  (...values: readonly string[]): Check =>
  (name, value) => {
    if (!values.includes(value)) {
      throw invalidFor(name, `Invalid value [${value}]. Must be one of [${values.join(", ")}]`);
    }
    return value;
  };

const SETTABLE: Readonly<Record<string, Check>> = {
  DisplayName(name, value) {
    if (value.length > DISPLAY_NAME_LENGTH_MAX) {
      throw invalidFor(name, `must be at most ${DISPLAY_NAME_LENGTH_MAX} characters long`);
    }
    return value;
  },
  Policy: jsonText,
  DeliveryPolicy: jsonText,
  KmsMasterKeyId: (_, value) => value,
  SignatureVersion: oneOf("1", "2"),
  TracingConfig: oneOf("PassThrough", "Active"),
};

const OF_FIFO_TOPICS = new Set([
  "ContentBasedDeduplication",
  "FifoThroughputScope",
  "ArchivePolicy",
]);
const DELIVERY_STATUS = /^(HTTP|Firehose|Lambda|Application|SQS)(Success|Failure)Feedback/;

export function checkTopicAttribute(operation: string, name: string, value: string): string {
  if (name === "FifoTopic" ? value === "true" : OF_FIFO_TOPICS.has(name)) {
    throw notSupported(operation, `FIFO topics (${name})`);
  }
  if (DELIVERY_STATUS.test(name)) {
    throw notSupported(operation, `delivery status logging (${name})`);
  }
  const check = SETTABLE[name];
  if (check === undefined) {
    throw invalidParameter("AttributeName");
  }
  return check(name, value);
}

export function checkTopicAttributes(
  operation: string,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const kept = Object.entries(values)
    .filter(([name, value]) => !(name === "FifoTopic" && value === "false"))
    .map(([name, value]) => [name, checkTopicAttribute(operation, name, value)]);
  return Object.fromEntries(kept);
}

export interface SubscriptionCounts {
  readonly confirmed: number;
  readonly pending: number;
}

export function topicAttributes(
  topic: Topic,
  counts: SubscriptionCounts,
): Readonly<Record<string, string>> {
  return {
    DisplayName: "",
    Policy: defaultPolicy(topic),
    ...topic.attributes,
    TopicArn: topicArn(topic),
    Owner: topic.accountId,
    SubscriptionsConfirmed: String(counts.confirmed),
    SubscriptionsPending: String(counts.pending),
    SubscriptionsDeleted: String(topic.deletedSubscriptionCount),
    EffectiveDeliveryPolicy: topic.attributes["DeliveryPolicy"] ?? DEFAULT_DELIVERY_POLICY,
  };
}

/** Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
const DEFAULT_DELIVERY_POLICY: string = JSON.stringify({
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      numMaxDelayRetries: 0,
      numNoDelayRetries: 0,
      numMinDelayRetries: 0,
      backoffFunction: "linear",
    },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: "text/plain; charset=UTF-8" },
  },
});

/** The policy of a topic that was given none. */
export function defaultPolicy(topic: Topic): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: topicArn(topic),
        Condition: { StringEquals: { "AWS:SourceOwner": topic.accountId } },
      },
    ],
  });
}
