/**
 * The grammar of policy documents, as far as IAM checks it when one is stored.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { isJsonObject, type JsonObject, parseJson } from "../../base/json.ts";
import { malformedPolicyDocument } from "./errors.ts";

/** Who may assume a role, or what an identity may do. */
export type PolicyKind = "trust" | "permissions";

const VERSIONS: readonly unknown[] = [undefined, "2012-10-17", "2008-10-17"];
const DOCUMENT_MEMBERS = ["Version", "Id", "Statement"];
const STATEMENT_MEMBERS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];
const SYNTAX_ERRORS = "Syntax errors in policy.";
const ACTION = /^(\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+)$/;
const TRUST_ACTION = /^(\*|sts:(\*|AssumeRole.*|TagSession|SetSourceIdentity|SetContext))$/i;

/** Throws AWS's error for a text that is no policy of this kind. */
export function checkPolicyDocument(text: string, kind: PolicyKind): void {
  const document = parsed(text);
  assertSyntax(Object.keys(document).every((name) => DOCUMENT_MEMBERS.includes(name)));
  assertSyntax(VERSIONS.includes(document["Version"]));
  const statements = listOf(document["Statement"]);
  assertSyntax(statements.length > 0);
  const sids = statements.flatMap((statement) => {
    assertSyntax(isJsonObject(statement));
    checkStatement(statement, kind);
    return typeof statement["Sid"] === "string" ? [statement["Sid"]] : [];
  });
  if (new Set(sids).size < sids.length) {
    throw malformedPolicyDocument("Statement IDs (SID) in a single policy must be unique.");
  }
}

/** What quotas count: white space is free. */
export function policySize(text: string): number {
  return text.replace(/\s/g, "").length;
}

function parsed(text: string): JsonObject {
  const document = parseJson(text);
  if (document === undefined) {
    throw malformedPolicyDocument("This policy contains invalid Json");
  }
  assertSyntax(isJsonObject(document));
  return document;
}

function checkStatement(statement: JsonObject, kind: PolicyKind): void {
  const { Sid, Effect, Condition } = statement;
  assertSyntax(Object.keys(statement).every((name) => STATEMENT_MEMBERS.includes(name)));
  if (Effect === undefined) {
    throw malformedPolicyDocument("Missing required field Effect");
  }
  assertSyntax(Effect === "Allow" || Effect === "Deny");
  assertSyntax(Sid === undefined || (typeof Sid === "string" && /^[a-zA-Z0-9]*$/.test(Sid)));
  assertSyntax(Condition === undefined || isJsonObject(Condition));
  const actions = textsOf(statement, "Action", "NotAction");
  if (actions.length === 0) {
    throw malformedPolicyDocument(
      kind === "trust" ? "Missing required field Action" : "Policy statement must contain actions.",
    );
  }
  if (!actions.every((action) => ACTION.test(action))) {
    throw malformedPolicyDocument(
      "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    );
  }
  if (kind === "trust") {
    checkTrust(statement, actions);
  } else {
    checkPermissions(statement);
  }
}

function checkTrust(statement: JsonObject, actions: readonly string[]): void {
  const principal = statement["Principal"] ?? statement["NotPrincipal"];
  if (principal === undefined) {
    throw malformedPolicyDocument("Missing required field Principal");
  }
  if (!(principal === "*" || isJsonObject(principal))) {
    throw malformedPolicyDocument("Invalid principal in policy");
  }
  if (statement["Resource"] !== undefined || statement["NotResource"] !== undefined) {
    throw malformedPolicyDocument("Has prohibited field Resource");
  }
  if (!actions.every((action) => TRUST_ACTION.test(action))) {
    throw malformedPolicyDocument("AssumeRole policy may only specify STS AssumeRole actions.");
  }
}

function checkPermissions(statement: JsonObject): void {
  if (statement["Principal"] !== undefined || statement["NotPrincipal"] !== undefined) {
    throw malformedPolicyDocument("Policy document should not specify a principal.");
  }
  const resources = textsOf(statement, "Resource", "NotResource");
  if (resources.length === 0) {
    throw malformedPolicyDocument("Policy statement must contain resources.");
  }
  const wrong = resources.find((resource) => resource !== "*" && !resource.startsWith("arn:"));
  if (wrong !== undefined) {
    throw malformedPolicyDocument(`Resource ${wrong} must be in ARN format or "*".`);
  }
}

/** One of two members, each a text or a list of texts; both at once are no policy. */
function textsOf(statement: JsonObject, name: string, opposite: string): readonly string[] {
  assertSyntax(statement[name] === undefined || statement[opposite] === undefined);
  const texts = listOf(statement[name] ?? statement[opposite]);
  assertSyntax(texts.every((text) => typeof text === "string"));
  return texts as readonly string[];
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) {
    return [];
  }
  return Array.isArray(value) ? value : [value];
}

function assertSyntax(condition: boolean): asserts condition {
  if (!condition) {
    throw malformedPolicyDocument(SYNTAX_ERRORS);
  }
}
