/**
 * Identity policies, decided: what an authorizer of an API returns says by one who may call what.
 * Shared by the HTTP APIs and the REST APIs of API Gateway.
 *
 * A statement without what it needs, or with a condition that is not known here, makes the whole
 * policy unreadable: nothing is passed over in silence.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import { isJsonObject } from "../../base/json.ts";
import {
  type Condition,
  type ConditionContext,
  conditionsHold,
  readConditions,
} from "./policy-conditions.ts";
import { matchesWildcards } from "./wildcards.ts";

/** For memory alone: it holds functions. */
export interface Policy {
  readonly statements: readonly Statement[];
}

interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly Condition[];
}

interface Patterns {
  readonly patterns: readonly string[];
  /** `NotAction`, `NotResource`. */
  readonly negated: boolean;
}

export interface PolicyQuestion {
  /** `execute-api:Invoke` */
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

/** `denied`: by a statement; `silent`: no statement speaks of it, which denies too. */
export type Decision = "allowed" | "denied" | "silent";

/** `document` is the policy as an object. */
export function readPolicy(
  document: unknown,
): { readonly policy: Policy } | { readonly problem: string } {
  if (!isJsonObject(document)) {
    return { problem: "the policy is not an object" };
  }
  const given = document["Statement"];
  const statements: Statement[] = [];
  for (const statement of Array.isArray(given) ? given : [given]) {
    const read = readStatement(statement);
    if ("problem" in read) {
      return read;
    }
    statements.push(read.statement);
  }
  return { policy: { statements } };
}

function readStatement(
  given: unknown,
): { readonly statement: Statement } | { readonly problem: string } {
  if (!isJsonObject(given)) {
    return { problem: "a statement is not an object" };
  }
  const effect = given["Effect"];
  const actions = patternsOf(given["Action"], given["NotAction"]);
  const resources = patternsOf(given["Resource"], given["NotResource"]);
  if (effect !== "Allow" && effect !== "Deny") {
    return { problem: "the Effect of a statement is neither Allow nor Deny" };
  }
  if (actions === undefined || resources === undefined) {
    return { problem: `a statement has no ${actions === undefined ? "Action" : "Resource"}` };
  }
  const read = readConditions(given["Condition"]);
  return "problem" in read
    ? read
    : { statement: { effect, actions, resources, conditions: read.conditions } };
}

function patternsOf(given: unknown, excluded: unknown): Patterns | undefined {
  const value = given ?? excluded;
  const patterns = Array.isArray(value) ? value : [value];
  const isText = patterns.length > 0 && patterns.every((pattern) => typeof pattern === "string");
  return isText ? { patterns, negated: given === undefined } : undefined;
}

export function decide(policy: Policy, question: PolicyQuestion): Decision {
  const effects = policy.statements
    .filter((statement) => appliesTo(statement, question))
    .map(({ effect }) => effect);
  if (effects.includes("Deny")) {
    return "denied";
  }
  return effects.includes("Allow") ? "allowed" : "silent";
}

function appliesTo(statement: Statement, { action, resource, context }: PolicyQuestion): boolean {
  return (
    fits(statement.actions, (pattern) =>
      matchesWildcards(pattern.toLowerCase(), action.toLowerCase()),
    ) &&
    fits(statement.resources, (pattern) => matchesWildcards(pattern, resource)) &&
    conditionsHold(statement.conditions, context)
  );
}

function fits({ patterns, negated }: Patterns, test: (pattern: string) => boolean): boolean {
  return patterns.some(test) !== negated;
}
