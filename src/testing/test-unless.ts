import { test } from "vitest";

/** `test`, or where the machine has a problem `test.skip`, with a test that names the problem. */
export function testUnless(problem: string | undefined): typeof test | typeof test.skip {
  if (problem === undefined) {
    return test;
  }
  test.skip(`skipped: ${problem}`);
  return test.skip;
}
