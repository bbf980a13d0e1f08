/**
 * Removes unpacked packages and images that no function, version or layer names any more: at the
 * engine's start, and when the last of them is gone, once no invocation runs from it.
 */
import type { CodeStore } from "../../functions/code/code-store.ts";
import type { Log } from "../../platform/log.ts";
import type { Store } from "../../store/store.ts";
import type { Invoker } from "./invoker.ts";
import { functions, layerVersions, packageUses, versions } from "./keys.ts";
import { hexHash, PACKAGES_TOPIC, packagesOf } from "./package-use.ts";

export interface PackageSweeper {
  start(): void;
  stop(): Promise<void>;
}

/** A store of unpacked files, by the hash of what they were unpacked from. */
type Unpacked = Pick<CodeStore, "list" | "remove">;

export function createPackageSweeper(ports: {
  readonly store: Store;
  readonly codeStore: Unpacked;
  readonly images: Unpacked;
  readonly invoker: Invoker;
  readonly log: Log;
}): PackageSweeper {
  const { store, invoker, log } = ports;
  let isStopped = false;
  let running = Promise.resolve();
  let unsubscribe = (): void => {};

  /** The look and the removal share one turn of the event loop, so no invocation comes between. */
  const removeUnused = async (unpacked: Unpacked, hash: string): Promise<void> => {
    await invoker.idle(hash);
    if (!isStopped && !(await store.read((tx) => isUsed(tx, hash)))) {
      await unpacked.remove(hash);
    }
  };
  const sweep = async (): Promise<void> => {
    for (const unpacked of [ports.codeStore, ports.images]) {
      const hashes = await unpacked.list();
      const unused = await store.read((tx) => hashes.filter((hash) => !isUsed(tx, hash)));
      for (const hash of unused) {
        // One that is busy is removed when it no longer is, and holds up no other.
        removeUnused(unpacked, hash).catch(report);
      }
    }
  };
  const report = (error: unknown): void => {
    if (!isStopped) {
      log.write("warn", "lambda: an unpacked package was left", { error: String(error) });
    }
  };
  const run = (): void => {
    running = running.then(sweep).catch(report);
  };
  return {
    start() {
      unsubscribe = store.signals.subscribe(PACKAGES_TOPIC, run);
      running = countUses(store).catch(report);
      run();
    },
    async stop() {
      isStopped = true;
      unsubscribe();
      await running;
    },
  };
}

function isUsed(tx: Parameters<typeof packageUses.get>[0], hash: string): boolean {
  return packageUses.get(tx, [hash]) !== undefined;
}

/** Stores of earlier engines have functions but no counts. */
async function countUses(store: Store): Promise<void> {
  await store.write((tx) => {
    if ([...packageUses.list(tx, { limit: 1 })].length > 0) {
      return;
    }
    const holders = [functions, versions].flatMap((records) =>
      [...records.list(tx)].flatMap(({ record }) => packagesOf(record)),
    );
    const layers = [...layerVersions.list(tx)].map(({ record }) => record.code);
    for (const one of [...holders, ...layers]) {
      const key = [hexHash(one)];
      packageUses.put(tx, key, (packageUses.get(tx, key) ?? 0) + 1);
    }
  });
}
