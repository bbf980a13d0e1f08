/**
 * The `Condition` of a policy's statement: operators over condition keys.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 *
 * Operators over sets (`ForAnyValue:`, `ForAllValues:`), binary values and IPv6 networks are not
 * here: a policy that has one is not read at all, for a condition that is passed over would allow.
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { matchesWildcards } from "./wildcards.ts";

/** By key in lower case: `aws:sourceip`. */
export type ConditionContext = Readonly<Record<string, string | undefined>>;

/** One operator over one key. */
export interface Condition {
  readonly key: string;
  readonly wanted: readonly string[];
  readonly test: (actual: string, wanted: string) => boolean;
  /** `Not...` operators: none of the wanted values may fit. */
  readonly negated: boolean;
  readonly ifExists: boolean;
  /** `Null`: whether the key is absent is what counts. */
  readonly isNull: boolean;
}

export type ConditionsRead =
  | { readonly conditions: readonly Condition[] }
  | { readonly problem: string };

type Test = Condition["test"];

const numeric =
  (compare: (a: number, b: number) => boolean): Test =>
  (actual, wanted) =>
    compare(Number(actual), Number(wanted));

const dated =
  (compare: (a: number, b: number) => boolean): Test =>
  (actual, wanted) =>
    compare(timeOf(actual), timeOf(wanted));

const equalText: Test = (actual, wanted) => actual === wanted;
const equalAnyCase: Test = (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase();
const like: Test = (actual, wanted) => matchesWildcards(wanted, actual);

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: equalText,
  StringEqualsIgnoreCase: equalAnyCase,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: equalAnyCase,
  IpAddress: isInNetwork,
  NumericEquals: numeric((a, b) => a === b),
  NumericLessThan: numeric((a, b) => a < b),
  NumericLessThanEquals: numeric((a, b) => a <= b),
  NumericGreaterThan: numeric((a, b) => a > b),
  NumericGreaterThanEquals: numeric((a, b) => a >= b),
  DateEquals: dated((a, b) => a === b),
  DateLessThan: dated((a, b) => a < b),
  DateLessThanEquals: dated((a, b) => a <= b),
  DateGreaterThan: dated((a, b) => a > b),
  DateGreaterThanEquals: dated((a, b) => a >= b),
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
  NotIpAddress: "IpAddress",
  NumericNotEquals: "NumericEquals",
  DateNotEquals: "DateEquals",
};

export function readConditions(block: unknown): ConditionsRead {
  if (block === undefined) {
    return { conditions: [] };
  }
  if (!isJsonObject(block)) {
    return { problem: "Condition is not an object" };
  }
  const conditions: Condition[] = [];
  for (const [operator, keys] of Object.entries(block)) {
    const ifExists = operator.endsWith("IfExists");
    const name = ifExists ? operator.slice(0, -"IfExists".length) : operator;
    const negated = Object.hasOwn(NEGATED, name);
    const plain = negated ? (NEGATED[name] ?? name) : name;
    const test = Object.hasOwn(TESTS, plain) ? TESTS[plain] : undefined;
    if ((test === undefined && name !== "Null") || !isJsonObject(keys)) {
      return { problem: `the condition operator ${operator} is not supported` };
    }
    const read = { test: test ?? equalAnyCase, negated, ifExists };
    conditions.push(...conditionsOf(keys, { ...read, isNull: name === "Null" }));
  }
  return { conditions };
}

function conditionsOf(
  keys: JsonObject,
  read: Omit<Condition, "key" | "wanted">,
): readonly Condition[] {
  return Object.entries(keys).map(([key, value]) => ({
    ...read,
    key: key.toLowerCase(),
    wanted: (Array.isArray(value) ? value : [value]).map(String),
  }));
}

/** All of them, each by any of its values. */
export function conditionsHold(
  conditions: readonly Condition[],
  context: ConditionContext,
): boolean {
  return conditions.every((condition) => holds(condition, context[condition.key]));
}

function holds(condition: Condition, actual: string | undefined): boolean {
  const { wanted, test, negated, ifExists, isNull } = condition;
  if (isNull) {
    return wanted.some((value) => (value === "true") === (actual === undefined));
  }
  if (actual === undefined) {
    return ifExists || negated;
  }
  return wanted.some((value) => test(actual, value)) !== negated;
}

/** ISO 8601, or seconds since the epoch. */
function timeOf(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

const BITS = 32;

/** `192.0.2.0/24`, or one address. */
function isInNetwork(actual: string, network: string): boolean {
  const [base = "", length = String(BITS)] = network.split("/");
  const [address, start] = [addressBits(actual), addressBits(base)];
  const prefix = Number(length);
  if (address === undefined || start === undefined || !(prefix >= 0 && prefix <= BITS)) {
    return actual === network;
  }
  const size = 2 ** (BITS - prefix);
  return Math.floor(address / size) === Math.floor(start / size);
}

function addressBits(text: string): number | undefined {
  const parts = text.replace(/^::ffff:/, "").split(".");
  const isAddress = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part));
  return isAddress ? parts.reduce((bits, part) => bits * 256 + Number(part), 0) : undefined;
}
