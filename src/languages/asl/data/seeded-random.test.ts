import { describe, expect, test } from "vitest";
import { SeededRandom } from "./seeded-random.ts";

describe("SeededRandom", () => {
  test("the numbers are those of java.util.Random", () => {
    // Of AWS: https://github.com/floci-io/floci/issues/2662
    expect(new SeededRandom(42).next()).toBe(0.7275636800328681);
  });

  test("so are the integers", () => {
    // `new Random(42).nextInt(10)`, six times.
    const random = new SeededRandom(42);
    expect(Array.from({ length: 6 }, () => random.nextInteger(10))).toEqual([0, 3, 8, 4, 0, 5]);
  });

  test("an integer below a power of two is in its range", () => {
    const random = new SeededRandom(-7);
    const drawn = new Set(Array.from({ length: 200 }, () => random.nextInteger(4)));
    expect([...drawn].sort()).toEqual([0, 1, 2, 3]);
  });
});
