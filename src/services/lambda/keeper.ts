/**
 * Sees to it that the function host keeps the environments that provisioned concurrency and
 * SnapStart ask for, from the engine's start on, and notes how it went.
 *
 * Invariant: what is wanted stands in the store; what is kept is compared with it whenever a commit
 * may have changed it. So a crash loses nothing: the next start keeps the same again.
 */
import type { FunctionSpec } from "../../functions/function-host.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log.ts";
import type { ReadTx, Store } from "../../store/store.ts";
import { findVersion, type LambdaFunction, versionArn } from "./function.ts";
import type { Invoker } from "./invoker.ts";
import { functionKey, provisioned, versions } from "./keys.ts";
import {
  PROVISIONED_TOPIC,
  type Provisioned,
  refreshProvisioned,
} from "./provisioned-concurrency.ts";

export interface Keeper {
  start(): void;
  stop(): Promise<void>;
}

interface Wanted {
  readonly fn: LambdaFunction;
  readonly count: number;
  readonly as: NonNullable<FunctionSpec["keptAs"]>;
  /** The configurations that hear of the outcome. */
  readonly configs: readonly Provisioned[];
}

interface KeeperPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly invoker: Invoker;
}

/** Environments that SnapStart has ready. */
const SNAPPED_COUNT = 1;

export function createKeeper(ports: KeeperPorts): Keeper {
  const { store, log } = ports;
  /** By the ARN of the version. */
  const kept = new Map<string, { readonly count: number; readonly fn: LambdaFunction }>();
  let isStopped = false;
  let running = Promise.resolve();
  let unsubscribe = (): void => {};

  const reconcile = async (): Promise<void> => {
    if (isStopped) {
      return;
    }
    const wanted = await store.read(readWanted);
    for (const [arn, { fn }] of kept) {
      if (!wanted.has(arn)) {
        kept.delete(arn);
        await ports.invoker.keep(fn, { count: 0, as: "provisioned-concurrency" });
      }
    }
    for (const [arn, one] of wanted) {
      const isNews = one.configs.some(({ status }) => status === "IN_PROGRESS");
      if (!isStopped && (isNews || kept.get(arn)?.count !== one.count)) {
        kept.set(arn, one);
        await keep(ports, one, () => isStopped);
      }
    }
  };
  const run = (): void => {
    running = running.then(reconcile).catch((error: unknown) => {
      if (!isStopped) {
        log.write("error", "lambda: environments could not be kept", { error: String(error) });
      }
    });
  };
  return {
    start() {
      unsubscribe = store.signals.subscribe(PROVISIONED_TOPIC, run);
      run();
    },
    async stop() {
      isStopped = true;
      unsubscribe();
      await running;
    },
  };
}

async function keep(
  { store, invoker }: KeeperPorts,
  wanted: Wanted,
  isStopped: () => boolean,
): Promise<void> {
  const { fn, count, as, configs } = wanted;
  const outcome = await invoker.keep(fn, { count, as }).then(
    ({ readyCount, failure }) => ({ readyCount, failure }),
    (error: unknown) => ({ readyCount: 0, failure: String(error) }),
  );
  if (configs.length === 0 || isStopped()) {
    return;
  }
  await store.write((tx) => {
    for (const config of configs) {
      const key = [...functionKey(config), config.qualifier];
      const current = provisioned.get(tx, key);
      if (current?.modifiedMs === config.modifiedMs && current.requested === config.requested) {
        const isReady = outcome.readyCount >= config.requested;
        provisioned.put(tx, key, {
          ...current,
          status: isReady ? "READY" : "FAILED",
          allocated: Math.min(outcome.readyCount, config.requested),
          reason: isReady ? undefined : (outcome.failure ?? "FUNCTION_ERROR_INIT_FAILURE"),
        });
        refreshProvisioned(tx, config);
      }
    }
  });
}

function readWanted(tx: ReadTx): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const { record: fn } of versions.list(tx)) {
    if (fn.snapStart === "PublishedVersions") {
      const one: Wanted = { fn, count: SNAPPED_COUNT, as: "snap-start", configs: [] };
      wanted.set(versionArn(fn), one);
    }
  }
  for (const { record: config } of provisioned.list(tx)) {
    const fn = findVersion(tx, config);
    if (fn !== undefined) {
      const arn = versionArn(fn);
      const before = wanted.get(arn);
      const earlier = before?.as === "provisioned-concurrency" ? before : undefined;
      wanted.set(arn, {
        fn,
        as: "provisioned-concurrency",
        count: (earlier?.count ?? 0) + config.requested,
        configs: [...(earlier?.configs ?? []), config],
      });
    }
  }
  return wanted;
}
