import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHost, type TestHost } from "./test-host.ts";

let t: TestHost;

beforeAll(async () => {
  t = await createTestHost();
});

afterAll(async () => {
  await t.close();
});

/** Longer than what a machine under load adds to the other phases. */
const LONG_MS = 200;
const spinJs = `const until = performance.now() + ${LONG_MS}; while (performance.now() < until);`;
const spinPy = `import time\nuntil = time.perf_counter() + ${LONG_MS / 1000}\nwhile time.perf_counter() < until: pass`;

describe("phases of a cold start", () => {
  test.each([
    [
      "what CommonJS requires",
      { "index.js": `require("./slow.js"); exports.handler = async () => 1;`, "slow.js": spinJs },
      "importsMs",
      "nodejs20.x",
    ],
    [
      "the code of CommonJS",
      { "index.js": `require("node:fs"); ${spinJs} exports.handler = async () => 1;` },
      "codeMs",
      "nodejs20.x",
    ],
    [
      "what an ES module imports",
      {
        "index.mjs": `import "./slow.mjs"; export const handler = async () => 1;`,
        "slow.mjs": spinJs,
      },
      "importsMs",
      "nodejs20.x",
    ],
    [
      "what Python imports",
      { "index.py": `import slow\ndef handler(event, context): return 1`, "slow.py": spinPy },
      "importsMs",
      "python3.12",
    ],
    [
      "the code of Python",
      { "index.py": `${spinPy}\ndef handler(event, context): return 1` },
      "codeMs",
      "python3.12",
    ],
  ] as const)("report: %s is told apart", async (_title, files, phase, runtime) => {
    const spec = t.define(files, { runtime });
    const first = await t.invoke(spec);
    const { initPhases, initDurationMs = 0 } = first.report;
    expect(initPhases?.[phase]).toBeGreaterThanOrEqual(LONG_MS - 1);
    const parts = Object.values(initPhases ?? {}) as number[];
    const sum = parts.reduce((total, part) => total + part, 0);
    expect(Math.abs(sum - initDurationMs)).toBeLessThan(0.1);
    expect(first.logTail).toMatch(
      /\tInit Duration: [\d.]+ ms\tInit Phases: process [\d.]+ ms, bootstrap [\d.]+ ms, imports [\d.]+ ms, code [\d.]+ ms\t/,
    );
    expect((await t.invoke(spec)).report.initPhases).toBeUndefined();
  });
});
