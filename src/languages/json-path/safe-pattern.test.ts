import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EvaluationError } from "./path-error.ts";
import { SafePattern, watchedMatches } from "./safe-pattern.ts";

const HOSTILE = "(x+x+)+y";

describe("SafePattern", () => {
  test.each([
    ["(\\d+)-(?:b|c)", "a12-B", ["12-B", "12"]],
    ["(?:ab)+c", "xababc", ["ababc"]],
    ["^([a-z*+(|]+)$", "a*(", ["a*(", "a*("]],
    ["(?<n>[0-9]{3},)*\\(\\)", "123,456,()", ["123,456,()", "456,"]],
  ])("a harmless expression runs directly: %s", (source, text, expected) => {
    const before = watchedMatches();
    expect(new SafePattern(source, "i").exec(text)?.slice()).toEqual(expected);
    expect(watchedMatches()).toBe(before);
  });

  test.each([
    "(a+)+",
    "(a|a)*",
    "(a?a?)*",
    "((a*)b?)+",
    "(?:(?:a+)b)*",
    "(a)\\1",
    "(a{2,})+",
    "a?".repeat(30),
  ])("one that may explode is watched: %s", (source) => {
    const before = watchedMatches();
    new SafePattern(source).exec("aab");
    expect(watchedMatches()).toBe(before + 1);
  });

  test("a hostile one is interrupted", () => {
    const started = performance.now();
    expect(() => new SafePattern(HOSTILE).exec(`${"x".repeat(60)}!`)).toThrow(EvaluationError);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test("so are polynomial ones on long texts", () => {
    const text = `${"a".repeat(200_000)}!`;
    expect(() => new SafePattern("a*a*a*a*b$").exec(text)).toThrow(EvaluationError);
  });

  test("matches of one budget share it", () => {
    const pattern = new SafePattern("(?:a|b)+c");
    const budget = { leftMs: 1 };
    const many = (): void => {
      for (let count = 0; count < 100; count += 1) {
        pattern.execWithin("ababc", budget);
      }
    };
    expect(many).toThrow(EvaluationError);
  });

  test("an interruptible match has the same outcome as a direct one", () => {
    const texts = fc.stringMatching(/^[ab1 ]{0,20}$/);
    const patterns = fc.constantFrom("(a|b)+(1)?", "(?<n>ab)*", "(a)\\1", "(?=a)(b*)", "(?!b)\\w");
    fc.assert(
      fc.property(patterns, fc.constantFrom("", "g", "i", "y"), texts, (source, flags, text) => {
        const safe = new SafePattern(source, flags);
        const plain = new RegExp(source, flags);
        for (let round = 0; round < 3; round += 1) {
          const [found, expected] = [safe.exec(text), plain.exec(text)];
          expect(found?.slice()).toEqual(expected?.slice());
          expect(found?.index).toBe(expected?.index);
          expect({ ...found?.groups }).toEqual({ ...expected?.groups });
          expect(safe.lastIndex).toBe(plain.lastIndex);
        }
      }),
      { numRuns: 100 },
    );
  });
});
