/**
 * The child of the store's crash tests: `node child.mjs <task> <directory>`.
 *
 * `write`: several writers, each counting up. A number goes to standard output once its write is
 * acknowledged; a pipe keeps what was written when the writer is killed.
 * `hold`: opens the store, says so, and stays.
 */
import { writeSync } from "node:fs";
import { createSystemClock } from "../../src/platform/clock.ts";
import { createConsoleLog } from "../../src/platform/log.ts";
import { createSystemRandom } from "../../src/platform/random.ts";
import { createLmdbStore } from "../../src/store/lmdb/lmdb-store.ts";
import type { Store } from "../../src/store/store.ts";
import { lastNumber, WRITERS, writeNumber } from "./store-rows.ts";

async function count(store: Store, writer: number): Promise<void> {
  const start = await store.read((tx) => lastNumber(tx, writer));
  for (let number = start + 1; ; number += 1) {
    await store.write((tx) => writeNumber(tx, writer, number));
    writeSync(1, `${writer} ${number}\n`);
  }
}

async function main(task: string, directory: string): Promise<void> {
  // Where a limit on the size of files is set: an error to the writer, not the end of the process.
  process.on("SIGXFSZ", () => {});
  const store = await createLmdbStore({
    directory,
    durability: "durable",
    clock: createSystemClock(),
    random: createSystemRandom(),
    log: createConsoleLog({ level: "error" }),
  });
  writeSync(1, "opened\n");
  if (task === "write") {
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => count(store, writer)));
  }
  setInterval(() => {}, 1_000);
}

main(process.argv[2] ?? "", process.argv[3] ?? "").catch((error: unknown) => {
  writeSync(1, `failed ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(3);
});
