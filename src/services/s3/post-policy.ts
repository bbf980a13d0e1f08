/**
 * The policy of an upload by a form: what its signer lets the browser send.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
import { AwsError } from "../../wire/aws-error.ts";

export interface PostPolicy {
  /** Bytes of the file, both inclusive. */
  readonly minimumBytes: number;
  readonly maximumBytes: number;
}

const UNLIMITED: PostPolicy = { minimumBytes: 0, maximumBytes: Number.POSITIVE_INFINITY };
/** Fields that no condition has to name. */
const EXEMPT = ["policy", "x-amz-signature", "signature", "awsaccesskeyid", "file", "bucket"];

/** `fields` by lower-case name, `bucket` among them. Throws unless they meet the policy. */
export function checkPostPolicy(
  text: string | undefined,
  fields: ReadonlyMap<string, string>,
  nowMs: number,
): PostPolicy {
  if (text === undefined) {
    return UNLIMITED;
  }
  const { expiration, conditions } = parsed(text);
  if (Date.parse(expiration) <= nowMs) {
    throw denied("Policy expired.");
  }
  const named = new Set(EXEMPT);
  let limits = UNLIMITED;
  for (const condition of conditions.flatMap(simple)) {
    const [kind, first, second] = condition;
    if (kind === "content-length-range") {
      limits = { minimumBytes: Number(first), maximumBytes: Number(second) };
      continue;
    }
    const name = String(first).replace(/^\$/, "").toLowerCase();
    named.add(name);
    if (!holds(kind, fields.get(name) ?? "", String(second))) {
      throw denied(`Policy Condition failed: ${JSON.stringify(condition).replaceAll(",", ", ")}`);
    }
  }
  const extra = [...fields.keys()].filter(
    (name) => !named.has(name) && !name.startsWith("x-ignore-"),
  );
  if (extra.length > 0) {
    throw denied(`Extra input fields: ${extra.join(", ")}`);
  }
  return limits;
}

type Condition = readonly [kind: string, first: unknown, second: unknown];

function holds(kind: string, value: string, wanted: string): boolean {
  return kind === "starts-with" ? value.startsWith(wanted) : value === wanted;
}

/** `{name: value}` stands for `["eq", "$name", value]`. */
function simple(condition: unknown): readonly Condition[] {
  if (Array.isArray(condition)) {
    const [kind, first, second] = condition as readonly unknown[];
    const known = ["eq", "starts-with", "content-length-range"];
    const name = String(kind).toLowerCase();
    if (condition.length !== 3 || !known.includes(name)) {
      throw invalid("Invalid Condition.");
    }
    return [[name, first, second]];
  }
  if (typeof condition !== "object" || condition === null) {
    throw invalid("Invalid Condition.");
  }
  return Object.entries(condition).map(([name, value]) => ["eq", `$${name}`, value] as const);
}

interface ParsedPolicy {
  readonly expiration: string;
  readonly conditions: readonly unknown[];
}

function parsed(text: string): ParsedPolicy {
  try {
    const json = Buffer.from(text, "base64").toString("utf8");
    const { expiration, conditions } = JSON.parse(json) as Partial<ParsedPolicy>;
    if (
      typeof expiration === "string" &&
      !Number.isNaN(Date.parse(expiration)) &&
      Array.isArray(conditions)
    ) {
      return { expiration, conditions };
    }
  } catch {
    // Not JSON: refused below like any other text that is no policy.
  }
  throw invalid("Invalid JSON.");
}

function invalid(detail: string): AwsError {
  return new AwsError({ code: "InvalidPolicyDocument", message: `Invalid Policy: ${detail}` });
}

function denied(detail: string): AwsError {
  return new AwsError({
    code: "AccessDenied",
    message: `Invalid according to Policy: ${detail}`,
    status: 403,
  });
}
