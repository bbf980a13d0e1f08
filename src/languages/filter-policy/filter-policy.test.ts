import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { attributeValues, type FilterableAttribute } from "./attribute-values.ts";
import {
  compileFilterPolicy,
  type FilterPolicyScope,
  matchesAttributes,
  matchesBody,
} from "./filter-policy.ts";
import { createPolicyCache } from "./policy-cache.ts";

interface MatchCase {
  readonly policy: object;
  readonly attributes?: Readonly<Record<string, FilterableAttribute & { binary?: boolean }>>;
  readonly body?: string;
  readonly matches: boolean;
  readonly note?: string;
  readonly source: string;
}

interface InvalidCase {
  readonly policy: string;
  readonly scope: FilterPolicyScope;
  readonly reason: string;
  readonly source: string;
}

function casesOf<T>(name: string): readonly T[] {
  return JSON.parse(readFileSync(new URL(`cases/${name}.json`, import.meta.url), "utf8"));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isMatch({ policy: source, attributes, body }: MatchCase): boolean {
  const scope = attributes === undefined ? "MessageBody" : "MessageAttributes";
  const { policy, reason } = compileFilterPolicy(JSON.stringify(source), scope);
  if (policy === undefined) {
    throw new Error(reason);
  }
  if (attributes === undefined) {
    return matchesBody(policy, parsed(body ?? ""));
  }
  const typed = Object.entries(attributes).map(([name, { type, value, binary }]) => [
    name,
    { type, value: binary === true ? Buffer.from(value) : value },
  ]);
  return matchesAttributes(policy, attributeValues(Object.fromEntries(typed)));
}

describe("filter policy", () => {
  test.each(casesOf<MatchCase>("matches"))("match: $policy on $attributes $body $note", (given) => {
    expect(isMatch(given)).toBe(given.matches);
  });

  test.each(casesOf<InvalidCase>("invalid"))("invalid: $policy", ({ policy, scope, reason }) => {
    const compiled = compileFilterPolicy(policy, scope);
    expect(compiled.policy).toBeUndefined();
    expect(compiled.reason).toContain(reason);
  });

  test("limits: five keys and 150 combinations are fine", () => {
    const values = (count: number): readonly number[] =>
      Array.from({ length: count }, (_, at) => at);
    const policy = { a: values(15), b: values(10), c: [1], d: [1], e: [1] };
    expect(compileFilterPolicy(JSON.stringify(policy), "MessageAttributes").policy).toBeDefined();
  });

  test("cache: compiles a text once a scope, and forgets the oldest", () => {
    const compile = createPolicyCache(2);
    const first = compile('{"a":["1"]}', "MessageAttributes");
    expect(compile('{"a":["1"]}', "MessageAttributes")).toBe(first);
    expect(compile('{"a":["1"]}', "MessageBody")).not.toBe(first);
    compile('{"a":["2"]}', "MessageAttributes");
    compile('{"a":["3"]}', "MessageAttributes");
    expect(compile('{"a":["1"]}', "MessageAttributes")).not.toBe(first);
  });
});
