/**
 * Whether a text is a policy that a queue takes: AWS says of all others the same, without a reason.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-using-identity-based-policies.html
 */
import { isJsonObject, type JsonObject, parseJson } from "../../base/json.ts";
import {
  POLICY_ACTIONS_MAX,
  POLICY_BYTES_MAX,
  POLICY_CONDITIONS_MAX,
  POLICY_PRINCIPALS_MAX,
  POLICY_STATEMENTS_MAX,
} from "./limits.ts";

const VERSIONS: ReadonlySet<unknown> = new Set([undefined, "2008-10-17", "2012-10-17"]);
const DOCUMENT_KEYS = new Set(["Version", "Id", "Statement"]);
const STATEMENT_KEYS = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);
const ACTION = /^(\*|sqs:[\w*?]+)$/i;

/** The policy compact, or `undefined` when it is none. */
export function compactPolicy(text: string): string | undefined {
  const document = parseJson(text);
  if (document === undefined || !isPolicy(document)) {
    return undefined;
  }
  const compact = JSON.stringify(document);
  return Buffer.byteLength(compact) <= POLICY_BYTES_MAX ? compact : undefined;
}

function isPolicy(document: unknown): boolean {
  if (!isJsonObject(document) || !hasOnly(document, DOCUMENT_KEYS)) {
    return false;
  }
  const statements = listOf(document["Statement"]);
  return (
    VERSIONS.has(document["Version"]) &&
    isTextOrAbsent(document["Id"]) &&
    statements.length >= 1 &&
    statements.length <= POLICY_STATEMENTS_MAX &&
    statements.every(isStatement)
  );
}

function isStatement(statement: unknown): boolean {
  if (!isJsonObject(statement) || !hasOnly(statement, STATEMENT_KEYS)) {
    return false;
  }
  const { Sid, Effect, Condition } = statement;
  return (
    isTextOrAbsent(Sid) &&
    (Effect === "Allow" || Effect === "Deny") &&
    isOneOf(statement, "Principal", "NotPrincipal", isPrincipal) &&
    isOneOf(statement, "Action", "NotAction", areActions) &&
    !("Resource" in statement && "NotResource" in statement) &&
    (Condition === undefined || isCondition(Condition))
  );
}

function isPrincipal(principal: unknown): boolean {
  if (principal === "*") {
    return true;
  }
  const names = isJsonObject(principal) ? Object.values(principal).flatMap(listOf) : [];
  return (
    names.length >= 1 &&
    names.length <= POLICY_PRINCIPALS_MAX &&
    names.every((name) => typeof name === "string")
  );
}

function areActions(value: unknown): boolean {
  const actions = listOf(value);
  return (
    actions.length >= 1 &&
    actions.length <= POLICY_ACTIONS_MAX &&
    actions.every((action) => typeof action === "string" && ACTION.test(action))
  );
}

function isCondition(condition: unknown): boolean {
  return (
    isJsonObject(condition) &&
    Object.values(condition).every(isJsonObject) &&
    Object.values(condition).flatMap((keys) => Object.keys(keys as JsonObject)).length <=
      POLICY_CONDITIONS_MAX
  );
}

function isOneOf(
  statement: JsonObject,
  name: string,
  opposite: string,
  isValid: (value: unknown) => boolean,
): boolean {
  return (
    name in statement !== opposite in statement && isValid(statement[name] ?? statement[opposite])
  );
}

function hasOnly(fields: JsonObject, keys: ReadonlySet<string>): boolean {
  return Object.keys(fields).every((key) => keys.has(key));
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) {
    return [];
  }
  return Array.isArray(value) ? value : [value];
}
