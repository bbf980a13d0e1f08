/**
 * Whether a bucket policy lets anybody in.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */

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
