import fc from "fast-check";
import { expect, test } from "vitest";
import {
  CURRENT,
  labelsByVersion,
  labelsOf,
  PREVIOUS,
  type Stages,
  versionAt,
  withLabels,
  withoutLabel,
} from "./stages.ts";

const VERSIONS = ["v1", "v2", "v3"];
const LABELS = [CURRENT, PREVIOUS, "AWSPENDING", "mine", "__proto__"];

test("labels: whoever loses AWSCURRENT has AWSPREVIOUS; the rest stands where it was put last", () => {
  const move = fc.record({
    versionId: fc.constantFrom(...VERSIONS),
    labels: fc.subarray(LABELS, { minLength: 1 }),
  });
  fc.assert(
    fc.property(fc.array(move), (moves) => {
      let stages: Stages = {};
      for (const { versionId, labels } of moves) {
        const before = versionAt(stages, CURRENT);
        const kept = LABELS.filter((label) => !labels.includes(label) && label !== PREVIOUS);
        const after = withLabels(stages, versionId, labels);
        const isMoved = labels.includes(CURRENT) && before !== undefined && before !== versionId;
        for (const label of labels) {
          const expected = isMoved && label === PREVIOUS ? before : versionId;
          expect(versionAt(after, label)).toBe(expected);
        }
        for (const label of kept) {
          expect(versionAt(after, label)).toBe(versionAt(stages, label));
        }
        if (isMoved) {
          expect(versionAt(after, PREVIOUS)).toBe(before);
        }
        stages = after;
      }
      const listed = VERSIONS.flatMap((versionId) => labelsOf(stages, versionId));
      expect(listed.length).toBe(new Set(listed).size);
      expect(Object.values(labelsByVersion(stages)).flat().sort()).toEqual(listed.sort());
    }),
  );
});

test("labels: one that is taken away is nowhere", () => {
  const stages = withLabels({}, "v1", ["a", "b"]);
  expect(labelsOf(withoutLabel(stages, "a"), "v1")).toEqual(["b"]);
  expect(versionAt(stages, "toString")).toBeUndefined();
});
