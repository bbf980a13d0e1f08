import { expect, test } from "vitest";
import { createSeededRandom, createSystemRandom } from "./random.ts";

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test.each([
  ["system", createSystemRandom()],
  ["seeded", createSeededRandom(7)],
])("%s random: numbers in [0, 1), bytes, version 4 UUIDs", (_, random) => {
  const numbers = Array.from({ length: 1_000 }, () => random.next());
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  const mean = numbers.reduce((sum, number) => sum + number) / numbers.length;
  expect(mean).toBeGreaterThan(0.4);
  expect(mean).toBeLessThan(0.6);
  expect(random.bytes(16).length).toBe(16);
  expect(random.uuid()).toMatch(UUID_V4);
});

test("seeded random: equal seeds give equal sequences, others do not", () => {
  const sequence = (seed: number): readonly unknown[] => {
    const random = createSeededRandom(seed);
    return [random.next(), random.uuid(), [...random.bytes(4)]];
  };
  expect(sequence(1)).toEqual(sequence(1));
  expect(sequence(1)).not.toEqual(sequence(2));
});
