import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createMemoryLog } from "../../src/platform/log.ts";
import { createSeededRandom } from "../../src/platform/random.ts";
import { createSimulatedClock } from "../../src/platform/simulated-clock.ts";
import { createMemoryStore } from "../../src/store/memory/memory-store.ts";
import { openStore } from "../../src/store/open-store.ts";
import { type StoreDriver, storeContract } from "./store.contract.ts";
import { storeProperties } from "./store.properties.ts";

function memory(options: { readonly restarting: boolean }): StoreDriver {
  return async () => {
    const clock = createSimulatedClock();
    const notes: object[] = [];
    const onNote = (note: object): number => notes.push(note);
    const random = createSeededRandom(1);
    const store = createMemoryStore({ clock, random, onNote, ...options });
    return { store, clock, notes, dispose: () => store.close() };
  };
}

function lmdb(durability: "durable" | "relaxed"): StoreDriver {
  return async () => {
    const directory = mkdtempSync(path.join(tmpdir(), "millrace-contract-"));
    const clock = createSimulatedClock();
    const random = createSeededRandom(1);
    const notes: object[] = [];
    const onNote = (note: object): number => notes.push(note);
    const log = createMemoryLog();
    const store = await openStore({ directory, durability, clock, random, log, onNote });
    const dispose = async (): Promise<void> => {
      await store.close();
      rmSync(directory, { recursive: true });
    };
    return { store, clock, notes, dispose };
  };
}

const drivers: Readonly<Record<string, StoreDriver>> = {
  memory: memory({ restarting: false }),
  "memory, restarting": memory({ restarting: true }),
  "lmdb, durable": lmdb("durable"),
  "lmdb, relaxed": lmdb("relaxed"),
};

for (const [name, driver] of Object.entries(drivers)) {
  storeContract(name, driver);
  storeProperties(name, driver);
}
