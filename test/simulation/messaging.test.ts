/**
 * Thousands of message histories over queues, topics, buses and event source mappings, with
 * consumers and a store that fail: whatever happens, the promises of `ledger.ts` hold.
 *
 * `MILLRACE_SIMULATION_RUNS` sets how many worlds are tried, `MILLRACE_SEED` (a number, or `random`) the
 * first of their seeds.
 */
import { expect, test } from "vitest";
import { SEED } from "../seed.ts";
import { CANARIES } from "./canaries.ts";
import { runMessaging } from "./messaging-run.ts";

const RUNS = Number(process.env["MILLRACE_SIMULATION_RUNS"] ?? 30);
const CANARY_SEEDS_MAX = 30;

test(`messaging: its promises hold over ${RUNS} worlds`, async () => {
  let messageCount = 0;
  let deathCount = 0;
  for (let seed = SEED; seed < SEED + RUNS; seed += 1) {
    const result = await runMessaging({ seed });
    if (result.violations.length > 0) {
      const replay = `MILLRACE_SEED=${seed} MILLRACE_SIMULATION_RUNS=1 npx vitest run test/simulation/messaging.test.ts`;
      process.stderr.write(`replay: ${replay}\n`);
    }
    expect({ seed, violations: result.violations }).toEqual({ seed, violations: [] });
    messageCount += result.messageCount;
    deathCount += result.deathCount;
  }
  process.stderr.write(`messaging: ${messageCount} histories, ${deathCount} deaths\n`);
  expect(messageCount).toBeGreaterThan(RUNS * 20);
  expect(deathCount).toBeGreaterThan(RUNS);
});

test.each(CANARIES)("messaging: a world that breaks the rule '%s' is found out", async (canary) => {
  for (let seed = 1; seed <= CANARY_SEEDS_MAX; seed += 1) {
    const { violations } = await runMessaging({ seed, canary });
    if (violations.some((violation) => violation.startsWith(`${canary}:`))) {
      return;
    }
  }
  expect.unreachable(`no seed up to ${CANARY_SEEDS_MAX} shows it`);
});
