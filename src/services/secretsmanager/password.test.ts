import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSeededRandom } from "../../platform/random.ts";
import { randomPassword } from "./password.ts";

const TYPES = {
  ExcludeLowercase: /[a-z]/,
  ExcludeUppercase: /[A-Z]/,
  ExcludeNumbers: /[0-9]/,
  ExcludePunctuation: /[^a-zA-Z0-9 ]/,
};

describe("random password", () => {
  test("has its length, each type that is not left out, and nothing that is", () => {
    const options = fc.record({
      PasswordLength: fc.integer({ min: 8, max: 200 }),
      ExcludeCharacters: fc.string({ maxLength: 5 }),
      ExcludeLowercase: fc.boolean(),
      ExcludeUppercase: fc.boolean(),
      ExcludeNumbers: fc.boolean(),
      ExcludePunctuation: fc.boolean(),
      IncludeSpace: fc.boolean(),
    });
    fc.assert(
      fc.property(options, fc.integer(), (input, seed) => {
        const isEmpty =
          Object.keys(TYPES).every((name) => input[name as keyof typeof TYPES]) &&
          (!input.IncludeSpace || input.ExcludeCharacters.includes(" "));
        fc.pre(!isEmpty);
        const password = randomPassword(createSeededRandom(seed), input);
        expect(password).toHaveLength(input.PasswordLength);
        expect([...password].some((one) => input.ExcludeCharacters.includes(one))).toBe(false);
        for (const [name, type] of Object.entries(TYPES)) {
          expect(type.test(password)).toBe(!input[name as keyof typeof TYPES]);
        }
      }),
    );
  });

  test("is 32 characters of every kind but spaces unless told otherwise", () => {
    const password = randomPassword(createSeededRandom(7), {});
    expect(password).toMatch(/^[!-~]{32}$/);
    expect(randomPassword(createSeededRandom(8), {})).not.toBe(password);
  });

  test("uses every character about as often as any other", () => {
    const counts = new Map<string, number>();
    const text = randomPassword(createSeededRandom(9), {
      PasswordLength: 4096,
      ExcludePunctuation: true,
    });
    for (const character of text) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect(counts.size).toBe(62);
    // 66 are expected of each; five standard deviations are 40.
    expect(Math.max(...counts.values())).toBeLessThan(107);
    expect(Math.min(...counts.values())).toBeGreaterThan(25);
  });

  test("is refused when it cannot have each type", () => {
    const random = createSeededRandom(1);
    expect(() => randomPassword(random, { PasswordLength: 3 })).toThrow(
      "Password length is too short based on the required types.",
    );
    const loose = { PasswordLength: 3, RequireEachIncludedType: false };
    expect(randomPassword(random, loose)).toHaveLength(3);
    const none = {
      ExcludeLowercase: true,
      ExcludeUppercase: true,
      ExcludeNumbers: true,
      ExcludePunctuation: true,
    };
    expect(() => randomPassword(random, none)).toThrow(/all characters are excluded/);
  });
});
