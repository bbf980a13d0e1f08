/**
 * Subscription filter policies: the event pattern language with the limits of SNS, matched against
 * message attributes or against a JSON body.
 *
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
import { type EventPattern, parseEventPattern } from "../event-pattern/event-pattern.ts";
import { matchesEvent } from "../event-pattern/matcher.ts";
import { passes, type ValueTest } from "../event-pattern/value-test.ts";
import type { AttributeValues } from "./attribute-values.ts";

export type FilterPolicyScope = "MessageAttributes" | "MessageBody";

export interface FilterPolicy {
  readonly scope: FilterPolicyScope;
  readonly pattern: EventPattern;
}

/** A policy, or why the text is none, in the words SNS puts behind `Invalid parameter: `. */
export type CompiledPolicy =
  | { readonly policy: FilterPolicy; readonly reason?: undefined }
  | { readonly policy?: undefined; readonly reason: string };

/** Source: https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const KEYS_MAX = 5;
const COMBINATIONS_MAX = 150;
const POLICY_BYTES_MAX = 262_144;
const NUMBER_MAX = 1e9;

export function compileFilterPolicy(text: string, scope: FilterPolicyScope): CompiledPolicy {
  if (Buffer.byteLength(text) > POLICY_BYTES_MAX) {
    return { reason: `FilterPolicy: Filter policy is longer than ${POLICY_BYTES_MAX} bytes` };
  }
  const { pattern, reason } = parseEventPattern(text);
  if (reason !== undefined) {
    return { reason: `FilterPolicy: ${reason}` };
  }
  const json = jsonOf(text);
  if (json === undefined) {
    return { reason: "FilterPolicy: failed to parse JSON." };
  }
  if (scope === "MessageAttributes" && isNested(json)) {
    return {
      reason: "Filter policy scope MessageAttributes does not support nested filter policy",
    };
  }
  const fault = faultOf(pattern, scope);
  return fault === undefined
    ? { policy: { scope, pattern } }
    : { reason: `FilterPolicy: ${fault}` };
}

type Json = Readonly<Record<string, unknown>>;

/** The pattern language stops reading behind the closing brace; JSON goes on to the end. */
function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function isNested(policy: Json): boolean {
  return Object.entries(policy).some(([name, value]) =>
    name === "$or" ? (value as Json[]).some(isNested) : !Array.isArray(value),
  );
}

function faultOf(pattern: EventPattern, scope: FilterPolicyScope): string | undefined {
  const paths = new Set(pattern.branches.flatMap((branch) => branch.map(({ path }) => path)));
  if (paths.size > KEYS_MAX) {
    return `Filter policy can not have more than ${KEYS_MAX} keys`;
  }
  if (combinationsOf(pattern, scope) > COMBINATIONS_MAX) {
    return "Filter policy is too complex";
  }
  const tests = pattern.branches.flatMap((branch) => branch.flatMap((field) => field.tests));
  return tests.some(isOutOfRange) ? "Value must be between -1.0E9 and 1.0E9, inclusive" : undefined;
}

/** The numbers of values multiplied, each with how deep it is nested; alternatives add up. */
function combinationsOf({ branches }: EventPattern, scope: FilterPolicyScope): number {
  const depthOf = (path: string): number => (scope === "MessageBody" ? path.split(".").length : 1);
  return branches.reduce(
    (sum, branch) =>
      sum + branch.reduce((product, { path, tests }) => product * tests.length * depthOf(path), 1),
    0,
  );
}

function isOutOfRange(test: ValueTest): boolean {
  return (
    test.kind === "range" &&
    [test.from.value, test.through.value].some(
      (value) => Number.isFinite(value) && Math.abs(value) > NUMBER_MAX,
    )
  );
}

/** For a policy of scope MessageAttributes. */
export function matchesAttributes({ pattern }: FilterPolicy, attributes: AttributeValues): boolean {
  return pattern.branches.some((branch) =>
    branch.every(({ path, tests }) => {
      const values = attributes.get(path);
      return values === undefined
        ? tests.some((test) => test.kind === "absent")
        : tests.some((test) => values.some((value) => passes(test, value)));
    }),
  );
}

/** For a policy of scope MessageBody; a body that is no JSON object matches nothing. */
export function matchesBody({ pattern }: FilterPolicy, body: unknown): boolean {
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  return isObject && matchesEvent(pattern, body);
}
