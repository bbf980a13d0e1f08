import { expect, test } from "vitest";
import { createSeededRandom } from "../platform/random.ts";
import { newTrace, sampledTrace } from "./lineage.ts";

const random = createSeededRandom(1);
const ROOT = "Root=1-6955b900-0123456789abcdef01234567";

test.each([
  ["a bare root", ROOT, "Active", /^Root=[0-9a-f-]+;Parent=[0-9a-f]{16};Sampled=1$/],
  ["a bare root", ROOT, "PassThrough", /^Root=[0-9a-f-]+;Parent=[0-9a-f]{16};Sampled=0$/],
  ["a root and a parent", `${ROOT};Parent=53995c3f42cd8ad8`, "Active", /d8;Sampled=1$/],
  ["a request for a decision", `${ROOT};Sampled=?`, "Active", /67;Parent=[0-9a-f]{16};Sampled=1$/],
] as const)("sampledTrace: the function decides for %s (%s, %s)", (_, trace, tracing, wanted) => {
  expect(sampledTrace(random, trace, tracing)).toMatch(wanted);
});

test.each([0, 1])("sampledTrace: keeps the decision of the caller (%s)", (decision) => {
  const trace = `${ROOT};Parent=53995c3f42cd8ad8;Sampled=${decision};Lineage=a87bd80c:1`;
  expect(sampledTrace(random, trace, "Active")).toBe(trace);
  expect(sampledTrace(random, trace, "PassThrough")).toBe(trace);
});

test("newTrace: a root that begins with its second, and no decision", () => {
  expect(newTrace(random, 0x6955b900 * 1_000)).toMatch(/^Root=1-6955b900-[0-9a-f]{24}$/);
});
