import fc from "fast-check";
import { expect, test } from "vitest";
import invalid from "./cases/invalid.json" with { type: "json" };
import valid from "./cases/valid.json" with { type: "json" };
import { parseLogFilter } from "./log-filter.ts";

for (const { about, cases } of valid) {
  for (const { pattern, matches, misses } of cases) {
    test(`match: ${about}: ${pattern}`, () => {
      const { matches: filter, reason } = parseLogFilter(pattern);
      expect(reason).toBeUndefined();
      expect(matches.filter((message) => filter?.(message) !== true)).toEqual([]);
      expect(misses.filter((message) => filter?.(message) !== false)).toEqual([]);
    });
  }
}

for (const { pattern, reason } of invalid) {
  test(`parse: refuses ${pattern}`, () => {
    expect(parseLogFilter(pattern)).toEqual({ reason });
  });
}

test("parse: no text of a pattern's own characters makes it throw", () => {
  const character = fc.constantFrom(..."{}[]()$.,=!<>&|\"'%?-*\\ aIS1");
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 30 }), fc.string(), (pattern, message) => {
      const { matches } = parseLogFilter(pattern);
      expect(typeof (matches?.(message) ?? false)).toBe("boolean");
    }),
  );
});

test("match: a quoted phrase is found wherever it is", () => {
  const plain = fc.string().filter((text) => text.trim() !== "" && !/["\\%]/.test(text));
  fc.assert(
    fc.property(fc.string(), plain, fc.string(), (before, phrase, behind) => {
      const { matches } = parseLogFilter(`"${phrase}"`);
      expect(matches?.(before + phrase + behind)).toBe(true);
    }),
  );
});
