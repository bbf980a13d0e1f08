/**
 * Cross-origin rules of a bucket: what browsers are told.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 */
import type { CORSRule } from "../../wire/models/s3.gen.ts";
import { invalidRequest, malformedXml } from "./errors.ts";

const RULES_MAX = 100;
const METHODS = ["GET", "PUT", "POST", "DELETE", "HEAD"];

export function checkCorsRules(rules: readonly CORSRule[]): void {
  if (rules.length === 0 || rules.length > RULES_MAX) {
    throw malformedXml();
  }
  for (const { AllowedMethods, AllowedOrigins, AllowedHeaders = [] } of rules) {
    const method = AllowedMethods.find((name) => !METHODS.includes(name));
    if (method !== undefined) {
      throw invalidRequest(
        `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`,
      );
    }
    checkWildcards(AllowedOrigins, "AllowedOrigin");
    checkWildcards(AllowedHeaders, "AllowedHeader");
  }
}

function checkWildcards(patterns: readonly string[], name: string): void {
  const wrong = patterns.find((pattern) => pattern.split("*").length > 2);
  if (wrong !== undefined) {
    throw invalidRequest(`${name} "${wrong}" can not have more than one wildcard.`);
  }
}

export interface CorsRequest {
  readonly origin: string;
  readonly method: string;
  /** Of a preflight request: the headers that the page wants to send. */
  readonly headers: readonly string[];
}

export type CorsHeaders = readonly (readonly [name: string, value: string])[];

/** The headers that let the page have the answer; `undefined` when no rule does. */
export function corsHeaders(
  rules: readonly CORSRule[],
  { origin, method, headers }: CorsRequest,
): CorsHeaders | undefined {
  const rule = rules.find(
    (one) =>
      one.AllowedMethods.includes(method) &&
      one.AllowedOrigins.some((pattern) => matches(pattern, origin)) &&
      headers.every((name) =>
        (one.AllowedHeaders ?? []).some((pattern) =>
          matches(pattern.toLowerCase(), name.toLowerCase()),
        ),
      ),
  );
  if (rule === undefined) {
    return undefined;
  }
  const isForAll = rule.AllowedOrigins.includes("*");
  const exposed = rule.ExposeHeaders ?? [];
  return [
    ["access-control-allow-origin", isForAll ? "*" : origin],
    ["access-control-allow-methods", rule.AllowedMethods.join(", ")],
    ...(headers.length > 0
      ? ([["access-control-allow-headers", headers.join(", ").toLowerCase()]] as const)
      : []),
    ...(exposed.length > 0
      ? ([["access-control-expose-headers", exposed.join(", ")]] as const)
      : []),
    ...(rule.MaxAgeSeconds === undefined
      ? []
      : ([["access-control-max-age", String(rule.MaxAgeSeconds)]] as const)),
    ...(isForAll ? [] : ([["access-control-allow-credentials", "true"]] as const)),
    ["vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"],
  ];
}

/** One `*` stands for anything. */
function matches(pattern: string, text: string): boolean {
  const [start = "", end] = pattern.split("*");
  return end === undefined
    ? pattern === text
    : text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}
