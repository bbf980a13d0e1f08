/**
 * Resource policies: whether a text is one, whether it lets everybody in, and whether it lets
 * another account in. Within an account they are stored and shown; see Gaps in README.md.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
 */
import { parseArn } from "../../base/arn.ts";
import { type JsonObject, parseJsonObject } from "../../base/json.ts";
import { matchesWildcards } from "../../languages/policy/wildcards.ts";
import { malformedPolicy } from "./errors.ts";
import { POLICY_SIZE_MAX } from "./limits.ts";

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

const VERSIONS: readonly unknown[] = [undefined, "2008-10-17", "2012-10-17"];

/** Condition keys that narrow "anybody" down. */
const NARROWING: ReadonlySet<string> = new Set([
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceip",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:userid",
]);

/** Throws for a text that is no policy. */
export function checkPolicy(text: string): void {
  const { Version, Statement: given } = parsed(text);
  const statements = listOf(given).map(recordOf);
  const isPolicy =
    text.length <= POLICY_SIZE_MAX &&
    VERSIONS.includes(Version) &&
    statements.length > 0 &&
    statements.every(isStatement);
  if (!isPolicy) {
    throw malformedPolicy("This resource policy contains a syntax error.");
  }
  if (!statements.every(hasPrincipal)) {
    throw malformedPolicy("This resource policy contains an unsupported principal.");
  }
}

/** `text` is a policy that was checked. */
export function isPublicPolicy(text: string): boolean {
  return statementsOf(text).some(
    ({ Effect, Principal, NotPrincipal, Condition }) =>
      Effect === "Allow" &&
      (NotPrincipal !== undefined || principals(Principal).includes("*")) &&
      !isNarrowed(Condition),
  );
}

interface Access {
  readonly accountId: string;
  /** `secretsmanager:GetSecretValue` */
  readonly action: string;
  readonly arn: string;
}

/** Whether a policy lets another account in. A statement with conditions lets nobody in. */
export function allows(text: string | undefined, access: Access): boolean {
  const concerning = (text === undefined ? [] : statementsOf(text)).filter(
    ({ Principal, Action, Resource }) =>
      principals(Principal).some((one) => names(one, access.accountId)) &&
      listOf(Action).some((one) =>
        matchesWildcards(String(one).toLowerCase(), access.action.toLowerCase()),
      ) &&
      listOf(Resource).some((one) => matchesWildcards(String(one), access.arn)),
  );
  return (
    concerning.some(({ Effect, Condition }) => Effect === "Allow" && Condition === undefined) &&
    !concerning.some(({ Effect }) => Effect === "Deny")
  );
}

function isStatement(statement: Statement): boolean {
  const { Effect, Action, NotAction, Resource, NotResource } = statement;
  return (
    (Effect === "Allow" || Effect === "Deny") &&
    (Action ?? NotAction) !== undefined &&
    (Resource ?? NotResource) !== undefined
  );
}

function hasPrincipal({ Principal, NotPrincipal }: Statement): boolean {
  const named = Principal ?? NotPrincipal;
  return named === "*" || Object.keys(recordOf(named)).length > 0;
}

function principals(principal: unknown): readonly string[] {
  const named = typeof principal === "string" ? principal : recordOf(principal)["AWS"];
  return listOf(named).map(String);
}

function names(principal: string, accountId: string): boolean {
  return (
    principal === "*" || principal === accountId || parseArn(principal)?.accountId === accountId
  );
}

function isNarrowed(condition: unknown): boolean {
  return Object.values(recordOf(condition)).some((operands) =>
    Object.keys(recordOf(operands)).some((key) => NARROWING.has(key.toLowerCase())),
  );
}

function parsed(text: string): JsonObject {
  const policy = parseJsonObject(text);
  if (policy === undefined) {
    throw malformedPolicy("This resource policy contains invalid Json.");
  }
  return policy;
}

function statementsOf(text: string): readonly Statement[] {
  return listOf(parsed(text)["Statement"]).map(recordOf);
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) {
    return [];
  }
  return Array.isArray(value) ? value : [value];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
