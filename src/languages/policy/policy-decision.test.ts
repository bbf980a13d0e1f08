import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Decision, decide, readPolicy } from "./policy-decision.ts";
import { matchesWildcards } from "./wildcards.ts";

const ROUTE = "arn:aws:execute-api:us-east-1:000000000000:abc/$default/GET/orders/1";

function decision(statements: unknown, context: Record<string, string> = {}): Decision | string {
  const read = readPolicy({ Version: "2012-10-17", Statement: statements });
  return "problem" in read
    ? read.problem
    : decide(read.policy, { action: "execute-api:Invoke", resource: ROUTE, context });
}

const allow = { Effect: "Allow", Action: "execute-api:Invoke", Resource: ROUTE };
const deny = { ...allow, Effect: "Deny" };

describe("decide", () => {
  test("a deny wins, and nothing said is no allow", () => {
    expect(decision(allow)).toBe("allowed");
    expect(decision([allow, deny])).toBe("denied");
    expect(decision([])).toBe("silent");
    expect(decision({ ...allow, Action: "lambda:*" })).toBe("silent");
  });

  test("actions in any case, wildcards over slashes, and what is not meant", () => {
    expect(decision({ ...allow, Action: ["s3:*", "EXECUTE-API:*"], Resource: "*/GET/*" })).toBe(
      "allowed",
    );
    expect(decision({ ...allow, Resource: "*/POST/*" })).toBe("silent");
    expect(decision({ ...allow, Resource: "*/orders/?" })).toBe("allowed");
    expect(decision({ ...allow, Resource: undefined, NotResource: "*/POST/*" })).toBe("allowed");
    expect(decision({ ...allow, Action: undefined, NotAction: "execute-api:*" })).toBe("silent");
  });

  test.each([
    [{ IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "127.0.0.0/24"] } }, "allowed"],
    [{ IpAddress: { "aws:SourceIp": "127.0.1.0/24" } }, "silent"],
    [{ NotIpAddress: { "aws:SourceIp": "127.0.0.1" } }, "silent"],
    [{ StringLike: { "aws:UserAgent": "curl/*" } }, "allowed"],
    [{ StringNotEquals: { "aws:UserAgent": "curl/8" } }, "silent"],
    [{ StringEquals: { "aws:other": "x" } }, "silent"],
    [{ StringEqualsIfExists: { "aws:other": "x" } }, "allowed"],
    [{ Null: { "aws:other": "true" } }, "allowed"],
    [{ Null: { "aws:SourceIp": true } }, "silent"],
    [{ DateLessThan: { "aws:CurrentTime": "2026-06-01T00:00:00Z" } }, "allowed"],
    [{ NumericGreaterThan: { "x:n": 4 } }, "allowed"],
  ])("the condition %j: %s", (Condition, expected) => {
    const context = {
      "aws:sourceip": "127.0.0.1",
      "aws:useragent": "curl/8",
      "aws:currenttime": "2026-01-01T00:00:00Z",
      "x:n": "5",
    };
    expect(decision({ ...allow, Condition }, context)).toBe(expected);
  });
});

test("readPolicy: refuses what it cannot decide", () => {
  expect(decision({ ...allow, Effect: "allow" })).toMatch(/Effect/);
  expect(decision({ ...allow, Action: undefined })).toMatch(/no Action/);
  expect(decision({ ...allow, Resource: [1] })).toMatch(/no Resource/);
  expect(decision({ ...allow, Condition: { "ForAnyValue:StringLike": {} } })).toMatch(
    /ForAnyValue:StringLike is not supported/,
  );
  expect(decision({ ...allow, Condition: { constructor: { a: "b" } } })).toMatch(
    /constructor is not supported/,
  );
  expect(decision(undefined)).toMatch(/not an object/);
});

test("wildcards: as a regular expression has them", () => {
  const texts = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 8 });
  const patterns = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "?"), maxLength: 8 });
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      const regExp = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`);
      expect(matchesWildcards(pattern, text)).toBe(regExp.test(text));
    }),
  );
});
