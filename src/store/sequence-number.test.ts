import fc from "fast-check";
import { expect, test } from "vitest";
import { createTestStore } from "../testing/test-store.ts";
import { firstSequenceNumberAt, orderedIdOf, sequenceNumberOf } from "./sequence-number.ts";

const digit = fc.constantFrom(..."0123456789abcdefghijklmnopqrstuv");
const orderedId = fc.string({ unit: digit, minLength: 20, maxLength: 20 });

test("sequence numbers: invert, and keep the order of the ids", () => {
  fc.assert(
    fc.property(orderedId, orderedId, (a, b) => {
      expect(orderedIdOf(sequenceNumberOf(a))).toBe(a);
      const [x, y] = [BigInt(sequenceNumberOf(a)), BigInt(sequenceNumberOf(b))];
      expect(x < y).toBe(a < b);
    }),
  );
});

test("sequence numbers: begin with the time of the write", async () => {
  const { store, clock } = createTestStore();
  const next = () => store.write((tx) => sequenceNumberOf(tx.orderedId()));
  const early = await next();
  await clock.advance(1);
  const border = firstSequenceNumberAt(clock.nowMs());
  const late = await next();
  expect([early, border, late].sort()).toEqual([early, border, late]);
  expect(early).toMatch(/^\d{28}$/);
});

test("sequence numbers: refuse what is none", () => {
  expect(["", "x", "-1", "9".repeat(40)].map(orderedIdOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
