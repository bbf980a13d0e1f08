/**
 * What a bucket policy must look like, and whether it lets anybody in.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
import { malformedPolicy } from "./errors.ts";
import { POLICY_BYTES_MAX } from "./limits.ts";

/** Condition keys that narrow "anybody" down, when their values are fixed. */
const NARROWING = [
  "aws:sourceip",
  "aws:sourcearn",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourceowner",
  "aws:sourceaccount",
  "aws:userid",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:principalaccount",
  "aws:principalarn",
  "s3:x-amz-server-side-encryption-aws-kms-key-id",
  "s3:dataaccesspointarn",
  "s3:dataaccesspointaccount",
];

const VERSIONS = ["2008-10-17", "2012-10-17"];

/**
 * Throws for what is no policy of this bucket. Principals and conditions are not looked into.
 * Sources: https://github.com/versity/versitygw/issues/647, 648, 650 and 1536
 */
export function checkPolicy(text: string, bucket: string): void {
  if (Buffer.byteLength(text) > POLICY_BYTES_MAX) {
    throw malformedPolicy(
      "Normalized policy document exceeds the maximum allowed size of 20480 bytes",
    );
  }
  const policy = parsed(text);
  const version = policy["Version"];
  if (version !== undefined && !VERSIONS.includes(String(version))) {
    throw malformedPolicy("The policy must contain a valid version string");
  }
  if (policy["Statement"] === undefined) {
    throw malformedPolicy("Missing required field Statement");
  }
  for (const statement of listOf(policy["Statement"])) {
    checkStatement(recordOf(statement), bucket);
  }
}

function checkStatement(statement: Readonly<Record<string, unknown>>, bucket: string): void {
  const effect = required(statement, "Effect");
  if (effect !== "Allow" && effect !== "Deny") {
    throw malformedPolicy(`Invalid effect: ${String(effect)}`);
  }
  required(statement, "Principal", "NotPrincipal");
  const actions = listOf(required(statement, "Action", "NotAction"));
  if (!actions.every((action) => /^(?:\*|s3:.+)$/i.test(String(action)))) {
    throw malformedPolicy("Policy has invalid action");
  }
  const resources = listOf(required(statement, "Resource", "NotResource"));
  if (!resources.every((resource) => isWithin(String(resource), bucket))) {
    throw malformedPolicy("Policy has invalid resource");
  }
}

function required(
  statement: Readonly<Record<string, unknown>>,
  name: string,
  opposite: string = name,
): unknown {
  const value = statement[name] ?? statement[opposite];
  if (value === undefined) {
    throw malformedPolicy(`Missing required field ${name}`);
  }
  return value;
}

/** Whether a resource can be the bucket or an object in it. */
function isWithin(resource: string, bucket: string): boolean {
  const [, name = ""] = /^arn:aws[a-z-]*:s3:::(.*)$/s.exec(resource) ?? [];
  const [fixed = ""] = name.split(/[*?]/);
  const isPattern = resource === "*" || fixed !== name;
  return (
    name === bucket ||
    fixed.startsWith(`${bucket}/`) ||
    (isPattern && (resource === "*" || name !== "") && `${bucket}/`.startsWith(fixed))
  );
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (text.startsWith("{") && typeof value === "object" && value !== null) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Not JSON: refused below like any other text that is no policy.
  }
  throw malformedPolicy("Policies must be valid JSON and the first byte must be '{'");
}

/** `text` is a policy that was taken: JSON with statements. */
export function isPublicPolicy(text: string): boolean {
  const { Statement: statements } = JSON.parse(text) as { readonly Statement: unknown };
  return listOf(statements).some(isPublicStatement);
}

function isPublicStatement(statement: unknown): boolean {
  const { Effect, Principal, Condition } = recordOf(statement);
  return Effect === "Allow" && isAnybody(Principal) && !isNarrowed(Condition);
}

function isAnybody(principal: unknown): boolean {
  const named = typeof principal === "string" ? principal : recordOf(principal)["AWS"];
  return listOf(named).includes("*");
}

function isNarrowed(condition: unknown): boolean {
  return Object.values(recordOf(condition)).some((operands) =>
    Object.entries(recordOf(operands)).some(
      ([key, values]) => NARROWING.includes(key.toLowerCase()) && listOf(values).every(isFixed),
    ),
  );
}

function isFixed(value: unknown): boolean {
  return !/[*?]|\$\{/.test(String(value)) && !String(value).endsWith("/0");
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
