/**
 * What makes a crash test the same again: `MILLRACE_CRASH_SEED` sets when a process is killed,
 * `MILLRACE_CRASH_KILLS` how often.
 */
import { createSystemRandom } from "../../src/platform/random.ts";

export const SEED: number = Number(
  process.env["MILLRACE_CRASH_SEED"] ?? Math.floor(createSystemRandom().next() * 2 ** 31),
);

export function killsOr(usual: number): number {
  return Number(process.env["MILLRACE_CRASH_KILLS"] ?? usual);
}

/** For the one who reads that a test failed. */
export function sayHowToReplay(file: string, kills: number): void {
  process.stderr.write(
    `replay: MILLRACE_CRASH_SEED=${SEED} MILLRACE_CRASH_KILLS=${kills} npx vitest run ${file}\n`,
  );
}
