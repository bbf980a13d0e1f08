/** A process that writes is killed (`kill -9`) again and again; what it acknowledged is there. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { createMemoryLog } from "../../src/platform/log.ts";
import { createSeededRandom } from "../../src/platform/random.ts";
import { createSimulatedClock } from "../../src/platform/simulated-clock.ts";
import { createLmdbStore } from "../../src/store/lmdb/lmdb-store.ts";
import type { Store } from "../../src/store/store.ts";
import { bundle, type Child, start } from "./child-process.ts";
import { killsOr, SEED, sayHowToReplay } from "./replay.ts";
import { faults } from "./store-rows.ts";

const KILLS = killsOr(30);
const KILL_MS_MAX = 5_000;
/** A child is killed after up to so many acknowledgements. */
const ACKNOWLEDGED_MAX = 400;

const directory = mkdtempSync(path.join(tmpdir(), "millrace-crash-"));
let program = "";

beforeAll(async () => {
  program = await bundle("store-child.ts");
});

afterAll(() => {
  rmSync(directory, { recursive: true });
  rmSync(path.dirname(program), { recursive: true });
});

async function openHere(folder: string): Promise<Store> {
  return createLmdbStore({
    directory: folder,
    durability: "durable",
    clock: createSimulatedClock(),
    random: createSeededRandom(SEED),
    log: createMemoryLog(),
  });
}

async function opened(child: Child): Promise<void> {
  expect(await child.line()).toBe("opened");
}

/** Notes what the child says until it has said `count` lines, or all that it said. */
async function note(
  child: Child,
  acknowledged: Map<number, number>,
  count = Number.POSITIVE_INFINITY,
): Promise<void> {
  for (let seen = 0; seen < count; seen += 1) {
    const line = await child.line();
    if (line === undefined) {
      return;
    }
    const [writer, number] = line.split(" ").map(Number);
    acknowledged.set(writer ?? -1, number ?? -1);
  }
}

test(`kill -9, ${KILLS} times: every acknowledged write is there, none is torn`, {
  timeout: KILLS * KILL_MS_MAX,
}, async () => {
  onTestFailed(() => sayHowToReplay("test/crash/store-crash.test.ts", KILLS));
  const folder = path.join(directory, "kills");
  const random = createSeededRandom(SEED);
  const acknowledged = new Map<number, number>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = start(process.execPath, [program, "write", folder]);
    await opened(child);
    await note(child, acknowledged, 1 + Math.floor(random.next() * ACKNOWLEDGED_MAX));
    await child.kill();
    await note(child, acknowledged);
    const store = await openHere(folder);
    const found = await store.read((tx) => faults(tx, acknowledged));
    await store.close();
    expect(found).toEqual([]);
  }
  expect(Math.min(...acknowledged.values())).toBeGreaterThan(0);
});

test("a full disk: the write that found no room is refused, what was acknowledged stays", async () => {
  const folder = path.join(directory, "full");
  const limitKib = 4_000;
  const limited = `ulimit -f ${limitKib}; exec "$0" "$@"`;
  const child = start("bash", ["-c", limited, process.execPath, program, "write", folder]);
  await opened(child);
  const acknowledged = new Map<number, number>();
  let line = await child.line();
  for (; line !== undefined && !line.startsWith("failed"); line = await child.line()) {
    const [writer, number] = line.split(" ").map(Number);
    acknowledged.set(writer ?? -1, number ?? -1);
  }
  await child.kill();
  expect(line).toContain(`failed The disk refused a write to ${folder}`);
  const store = await openHere(folder);
  expect(await store.read((tx) => faults(tx, acknowledged))).toEqual([]);
  await store.write((tx) => tx.set(["room again"], Buffer.alloc(1)));
  await store.close();
});

test("a folder held by another process: refused by its pid, free once it is killed", async () => {
  const folder = path.join(directory, "held");
  const child = start(process.execPath, [program, "hold", folder]);
  await opened(child);
  await expect(openHere(folder)).rejects.toThrow(`process ${child.process.pid}`);
  await child.kill();
  await (await openHere(folder)).close();
});

test("a folder whose owner was killed: of many that want it, one gets it", async () => {
  const folder = path.join(directory, "contended");
  const first = start(process.execPath, [program, "hold", folder]);
  await opened(first);
  await first.kill();
  const contenders = Array.from({ length: 8 }, () =>
    start(process.execPath, [program, "hold", folder]),
  );
  const said = await Promise.all(contenders.map((child) => child.line()));
  await Promise.all(contenders.map((child) => child.kill()));
  expect(said.filter((line) => line === "opened").length).toBe(1);
  const refused = said.filter((line) => line?.includes("is in use by another Millrace"));
  expect(refused.length).toBe(7);
});
