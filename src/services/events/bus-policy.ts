/**
 * Who of other accounts may put events on a bus: what the bus's policy allows, and nobody else.
 *
 * Callers inside the account are always let in. Conditions are looked at as far as an engine knows
 * what they ask: source and detail type of an event, the caller's account. A statement with
 * another condition grants nothing, and denies whatever it names.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
 */
import { isJsonObject } from "../../base/json.ts";
import { matchesWildcards } from "../../languages/policy/wildcards.ts";
import { type Bus, busArn, type PolicyStatement } from "./bus.ts";
import type { BusId } from "./keys.ts";

const ACTION = "events:PutEvents";

export interface PutAttempt {
  readonly accountId: string;
  readonly source: string;
  readonly detailType: string;
}

export function mayPutEvents(id: BusId, bus: Bus, attempt: PutAttempt): boolean {
  if (attempt.accountId === id.accountId) {
    return true;
  }
  const about = (bus.policy?.Statement ?? []).filter(
    (statement) =>
      listOf(statement["Action"]).some((action) => matchesWildcards(action, ACTION)) &&
      listOf(statement["Resource"] ?? "*").some((arn) => matchesWildcards(arn, busArn(id))) &&
      names(statement["Principal"], attempt.accountId),
  );
  const isDenied = about.some(
    (statement) => statement["Effect"] === "Deny" && holds(statement, attempt) !== false,
  );
  return (
    !isDenied &&
    about.some((statement) => statement["Effect"] === "Allow" && holds(statement, attempt) === true)
  );
}

function names(principal: unknown, accountId: string): boolean {
  const accounts = isJsonObject(principal) ? principal["AWS"] : principal;
  return listOf(accounts).some(
    (text) => text === "*" || text === accountId || text.startsWith(`arn:aws:iam::${accountId}:`),
  );
}

const TESTS: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  StringEquals: (value, wanted) => value === wanted,
  StringNotEquals: (value, wanted) => value !== wanted,
  StringEqualsIgnoreCase: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  StringLike: (value, wanted) => matchesWildcards(wanted, value),
  StringNotLike: (value, wanted) => !matchesWildcards(wanted, value),
};

/** `undefined` when a condition asks what is not known. */
function holds(statement: PolicyStatement, attempt: PutAttempt): boolean | undefined {
  const known: Readonly<Record<string, string>> = {
    "events:source": attempt.source,
    "events:detail-type": attempt.detailType,
    "aws:principalaccount": attempt.accountId,
    "aws:sourceaccount": attempt.accountId,
  };
  const conditions = isJsonObject(statement["Condition"]) ? statement["Condition"] : {};
  let isUnknown = false;
  for (const [operator, keys] of Object.entries(conditions)) {
    const name = operator.replace(/^For(All|Any)Values?:|IfExists$/g, "");
    const test = TESTS[name];
    for (const [key, wanted] of Object.entries(isJsonObject(keys) ? keys : {})) {
      const value = known[key.toLowerCase()];
      if (test === undefined || value === undefined) {
        isUnknown = true;
      } else if (!passes(test, name, value, listOf(wanted))) {
        return false;
      }
    }
  }
  return isUnknown ? undefined : true;
}

/** Of several values one is enough, or, where they are excluded, none may be the one. */
function passes(
  test: (value: string, wanted: string) => boolean,
  name: string,
  value: string,
  wanted: readonly string[],
): boolean {
  return name.includes("Not")
    ? wanted.every((each) => test(value, each))
    : wanted.some((each) => test(value, each));
}

function listOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "string");
}
