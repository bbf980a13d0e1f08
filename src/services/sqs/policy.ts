/**
 * The queue policy as AddPermission and RemovePermission edit it.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
 */
import { invalidParameter, invalidParameterValue, tooManyStatements } from "./errors.ts";
import { POLICY_ACTIONS_MAX, POLICY_STATEMENTS_MAX } from "./limits.ts";
import { type Queue, queueArn } from "./queue.ts";

interface Policy {
  readonly Version: string;
  readonly Id: string;
  readonly Statement: readonly Statement[];
}

interface Statement {
  readonly Sid?: string;
}

export interface Permission {
  readonly label: string;
  readonly accountIds: readonly string[];
  readonly actions: readonly string[];
}

/** What can be given to others. The rest only the owner may do. */
const GRANTABLE = new Set([
  "*",
  "ChangeMessageVisibility",
  "DeleteMessage",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListDeadLetterSourceQueues",
  "PurgeQueue",
  "ReceiveMessage",
  "SendMessage",
]);

const OWNER_ONLY = new Set([
  "AddPermission",
  "CreateQueue",
  "DeleteQueue",
  "ListQueues",
  "ListQueueTags",
  "RemovePermission",
  "SetQueueAttributes",
  "TagQueue",
  "UntagQueue",
]);

const LABEL = /^[A-Za-z0-9_-]{1,80}$/;

export function withPermission(queue: Queue, permission: Permission): string {
  checkPermission(permission);
  const { label, accountIds, actions } = permission;
  const policy = policyOf(queue);
  if (policy.Statement.some((statement) => statement.Sid === label)) {
    throw invalidParameter("Label", label, "Already exists.");
  }
  if (policy.Statement.length >= POLICY_STATEMENTS_MAX) {
    throw tooManyStatements();
  }
  const statement = {
    Sid: label,
    Effect: "Allow",
    Principal: { AWS: oneOrMany(accountIds.map((id) => `arn:aws:iam::${id}:root`)) },
    Action: oneOrMany(actions.map((action) => `SQS:${action}`)),
    Resource: queueArn(queue),
  };
  return JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] });
}

/** `undefined` when no statement is left. */
export function withoutPermission(queue: Queue, label: string): string | undefined {
  const policy = policyOf(queue);
  const kept = policy.Statement.filter((statement) => statement.Sid !== label);
  if (kept.length === policy.Statement.length) {
    throw invalidParameter("Label", label, "can't find label on existing policy.");
  }
  return kept.length === 0 ? undefined : JSON.stringify({ ...policy, Statement: kept });
}

function checkPermission({ label, accountIds, actions }: Permission): void {
  if (!LABEL.test(label)) {
    throw invalidParameter(
      "Label",
      label,
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
  }
  if (actions.length === 0 || accountIds.length === 0) {
    throw invalidParameterValue("At least one account and one action must be given.");
  }
  if (actions.length > POLICY_ACTIONS_MAX) {
    throw invalidParameterValue(`No more than ${POLICY_ACTIONS_MAX} actions are allowed.`);
  }
  for (const action of actions) {
    if (OWNER_ONLY.has(action)) {
      throw invalidParameter(
        "ActionName",
        `SQS:${action}`,
        "Only the queue owner is allowed to invoke this action.",
      );
    }
    if (!GRANTABLE.has(action)) {
      throw invalidParameter(
        "ActionName",
        `SQS:${action}`,
        "Please refer to the appropriate WSDL for a list of valid actions.",
      );
    }
  }
  const wrongAccount = accountIds.find((id) => !/^\d{12}$/.test(id));
  if (wrongAccount !== undefined) {
    throw invalidParameter("PrincipalId", wrongAccount, "Unable to verify.");
  }
}

function policyOf(queue: Queue): Policy {
  const text = queue.settings.policy;
  if (text === undefined) {
    return { Version: "2012-10-17", Id: `${queueArn(queue)}/SQSDefaultPolicy`, Statement: [] };
  }
  const stored = JSON.parse(text) as Policy & {
    readonly Statement: Statement | readonly Statement[];
  };
  return { ...stored, Statement: [stored.Statement].flat() };
}

function oneOrMany<T>(values: readonly T[]): T | readonly T[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}
