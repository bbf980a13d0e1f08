/**
 * Histories of records of Kinesis and DynamoDB streams read through mappings, over a store and
 * functions that fail: whatever happens, the promises of `stream-ledger.ts` hold.
 *
 * `MILLRACE_SIMULATION_RUNS` sets how many worlds are tried, `MILLRACE_SEED` (a number, or `random`) the
 * first of their seeds.
 */
import { expect, test } from "vitest";
import { SEED } from "../seed.ts";
import { STREAM_CANARIES } from "./stream-ledger.ts";
import { type StreamsOptions, StreamsWorld } from "./streams-world.ts";

const RUNS = Number(process.env["MILLRACE_SIMULATION_RUNS"] ?? 10);
const CANARY_SEEDS_MAX = 30;
const STEPS = 100;

interface Result {
  readonly violations: readonly string[];
  readonly recordCount: number;
  readonly deathCount: number;
}

async function run(options: StreamsOptions): Promise<Result> {
  const world = new StreamsWorld(options);
  await world.start();
  for (let step = 0; step < STEPS; step += 1) {
    await takeStep(world);
    await world.engine.clock.advance(0);
  }
  await world.settle();
  const { violations, recordCount } = world.ledger;
  return { violations, recordCount, deathCount: world.engine.deathCount };
}

async function takeStep(world: StreamsWorld): Promise<void> {
  const draw = world.random.next();
  if (draw < 0.5) {
    await world.write();
  } else if (draw < 0.84) {
    await world.engine.clock.advance(world.upTo(3_000));
  } else if (draw < 0.9) {
    await world.reshard();
  } else if (draw < 0.94) {
    await world.changeMapping();
  } else if (draw < 0.97) {
    await world.pause();
  } else if (draw < 0.98) {
    await world.engine.restart();
  } else {
    world.engine.crash();
  }
}

test(`streams: their promises hold over ${RUNS} worlds`, {
  timeout: 60_000 + RUNS * 5_000,
}, async () => {
  let [recordCount, deathCount] = [0, 0];
  for (let seed = SEED; seed < SEED + RUNS; seed += 1) {
    const result = await run({ seed });
    if (result.violations.length > 0) {
      const replay = `MILLRACE_SEED=${seed} MILLRACE_SIMULATION_RUNS=1 npx vitest run test/simulation/streams.test.ts`;
      process.stderr.write(`replay: ${replay}\n`);
    }
    expect({ seed, violations: result.violations }).toEqual({ seed, violations: [] });
    recordCount += result.recordCount;
    deathCount += result.deathCount;
  }
  process.stderr.write(`streams: ${recordCount} records, ${deathCount} deaths\n`);
  expect(recordCount).toBeGreaterThan(RUNS * 20);
  expect(deathCount).toBeGreaterThan(RUNS);
});

test.each(STREAM_CANARIES)("streams: a world that breaks '%s' is found out", async (canary) => {
  for (let seed = 1; seed <= CANARY_SEEDS_MAX; seed += 1) {
    const { violations } = await run({ seed, canary });
    if (violations.some((violation) => violation.startsWith(`${canary}:`))) {
      return;
    }
  }
  expect.unreachable(`no seed up to ${CANARY_SEEDS_MAX} shows it`);
});
