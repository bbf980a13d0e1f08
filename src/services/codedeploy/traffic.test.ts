import fc from "fast-check";
import { expect, test } from "vitest";
import { nextWeight, type Traffic, WHOLE } from "./traffic.ts";

const traffics: fc.Arbitrary<Traffic> = fc.oneof(
  fc.constant<Traffic>({ kind: "all-at-once" }),
  fc.record({
    kind: fc.constantFrom("canary" as const, "linear" as const),
    percentage: fc.integer({ min: 1, max: WHOLE - 1 }),
    minutes: fc.integer({ min: 1, max: 60 }),
  }),
);

test("traffic: rises with every step, by the percentage at most but for a canary's last, to all", () => {
  fc.assert(
    fc.property(traffics, (traffic) => {
      const weights = [0];
      while (weights.at(-1) !== WHOLE) {
        const now = weights.at(-1) ?? 0;
        const next = nextWeight(traffic, now);
        expect(next).toBeGreaterThan(now);
        if (traffic.kind === "linear") {
          expect(next - now).toBeLessThanOrEqual(traffic.percentage);
        }
        weights.push(next);
      }
      const steps = { "all-at-once": 1, canary: 2, linear: undefined }[traffic.kind];
      expect(weights.length - 1).toBe(
        steps ?? Math.ceil(WHOLE / (traffic.kind === "linear" ? traffic.percentage : WHOLE)),
      );
    }),
  );
});
