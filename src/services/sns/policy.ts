/**
 * The topic policy as AddPermission and RemovePermission edit it.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html
 */
import { invalidParameter } from "./errors.ts";
import { type Topic, topicArn } from "./topic.ts";
import { defaultPolicy } from "./topic-attributes.ts";

interface Policy {
  readonly Statement: readonly { readonly Sid?: string }[];
}

export interface Permission {
  readonly label: string;
  readonly accountIds: readonly string[];
  readonly actions: readonly string[];
}

const GRANTABLE = new Set([
  "GetTopicAttributes",
  "SetTopicAttributes",
  "AddPermission",
  "RemovePermission",
  "DeleteTopic",
  "Subscribe",
  "ListSubscriptionsByTopic",
  "Publish",
  "Receive",
]);

export function withPermission(topic: Topic, { label, accountIds, actions }: Permission): string {
  if (!actions.every((action) => GRANTABLE.has(action))) {
    throw invalidParameter("Policy statement action out of service scope!");
  }
  const policy = policyOf(topic);
  if (policy.Statement.some(({ Sid }) => Sid === label)) {
    throw invalidParameter("Statement already exists");
  }
  const statement = {
    Sid: label,
    Effect: "Allow",
    Principal: { AWS: single(accountIds.map((id) => `arn:aws:iam::${id}:root`)) },
    Action: single(actions.map((action) => `SNS:${action}`)),
    Resource: topicArn(topic),
  };
  return JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] });
}

export function withoutPermission(topic: Topic, label: string): string {
  const policy = policyOf(topic);
  const Statement = policy.Statement.filter(({ Sid }) => Sid !== label);
  return JSON.stringify({ ...policy, Statement });
}

function policyOf(topic: Topic): Policy {
  const policy = JSON.parse(topic.attributes["Policy"] ?? defaultPolicy(topic)) as Policy;
  return { ...policy, Statement: [policy.Statement].flat() };
}

function single(values: readonly string[]): string | readonly string[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}
