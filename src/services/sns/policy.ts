/**
 * The topic policy as AddPermission and RemovePermission edit it.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html
 */
import { isJsonObject, parseJson } from "../../base/json.ts";
import { defaultTopicPolicy } from "../../languages/policy/default-topic-policy.ts";
import { invalidFor, invalidParameter } from "./errors.ts";
import { type Topic, topicArn } from "./topic.ts";

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

const ACCOUNT_ID = /^\d{12}$/;

export function withPermission(topic: Topic, { label, accountIds, actions }: Permission): string {
  if (!actions.every((action) => GRANTABLE.has(action))) {
    throw invalidParameter("Policy statement action out of service scope!");
  }
  if (!accountIds.every((id) => ACCOUNT_ID.test(id))) {
    throw invalidParameter("Policy Error: PrincipalNotFound");
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
  const policy = JSON.parse(
    topic.attributes["Policy"] ?? defaultTopicPolicy(topicArn(topic)),
  ) as Policy;
  return { ...policy, Statement: [policy.Statement].flat() };
}

function single(values: readonly string[]): string | readonly string[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}

type Statement = Readonly<Record<string, unknown>>;

/**
 * A policy as it is set, checked as far as SNS's own errors are known.
 * Source: https://github.com/cloud-custodian/cloud-custodian/issues/1779
 */
export function checkPolicy(text: string): string {
  const policy = parsed(text);
  const given: unknown = policy?.["Statement"] ?? [];
  const statements = (Array.isArray(given) ? given : [given]) as readonly (Statement | null)[];
  if (policy === undefined || statements.length === 0 || !statements.every(isStatement)) {
    throw invalidParameter("Policy Error: null");
  }
  for (const statement of statements) {
    const actions = [statement?.["Action"] ?? statement?.["NotAction"]].flat();
    if (!actions.every(isInScope)) {
      throw invalidParameter("Policy statement action out of service scope!");
    }
  }
  return JSON.stringify(policy);
}

function isStatement(statement: Statement | null): boolean {
  const effect = statement?.["Effect"];
  const hasAction = statement?.["Action"] !== undefined || statement?.["NotAction"] !== undefined;
  const hasPrincipal =
    statement?.["Principal"] !== undefined || statement?.["NotPrincipal"] !== undefined;
  return (effect === "Allow" || effect === "Deny") && hasAction && hasPrincipal;
}

function isInScope(action: unknown): boolean {
  return typeof action === "string" && (action === "*" || /^sns:/i.test(action));
}

function parsed(text: string): Statement | undefined {
  const json = parseJson(text);
  if (json === undefined) {
    throw invalidFor("Policy", "failed to parse JSON.");
  }
  return isJsonObject(json) ? json : undefined;
}
