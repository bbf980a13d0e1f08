/**
 * Holds environments to their memory, and tells when their temporary files outgrow their space.
 *
 * Looks from outside, and only while invocations run, so that a short one costs nothing. What
 * counts is the memory that is a process's own: pages of program files, which all processes share,
 * do not. Processes that they started count too. On Linux alone: other systems do not tell cheaply.
 */
import { readFileSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { FunctionSpec } from "../function-host.ts";
import { descendantsOf, runningFamily } from "../processes/process-family.ts";
import type { Deadlines } from "./deadlines.ts";

/** What is watched: an `Environment`. */
export interface Watched {
  readonly spec: FunctionSpec;
  /** Processes of an invocation that runs; none between invocations. */
  readonly busyPids: readonly number[];
  readonly temporaryDirectory: string;
  /** It uses more memory than it has. */
  endForMemory(): void;
  /** Its temporary files take more than they may, in bytes. */
  tellStorage(usedBytes: number): void;
}

export interface LimitWatch {
  add(watched: Watched): void;
  remove(watched: Watched): void;
  /** An invocation begins. */
  wake(): void;
}

export interface LimitWatchOptions {
  /** In real time. */
  readonly deadlines: Deadlines;
  /** Bytes of a process's own in memory; `undefined` once it has ended or is not known. */
  readonly memoryOf?: (pid: number) => number | undefined;
  /** Tells of a process which processes it has started that still run, at the time of the call. */
  readonly family?: () => (pid: number) => readonly number[];
}

const LOOK_EVERY_MS = 100;
/** Looks between two for processes that were started. */
const CHILDREN_EVERY = 5;
/** Looks between two of the temporary files. */
const STORAGE_EVERY = 10;
/** More files than this are not counted. */
const FILES_MAX = 10_000;
const MIB = 1024 * 1024;

export function createLimitWatch(options: LimitWatchOptions): LimitWatch {
  const { deadlines, memoryOf = privateMemoryOf, family = runningFamily } = options;
  const descendants = new WeakMap<Watched, readonly number[]>();
  const all = new Set<Watched>();
  const told = new WeakSet<Watched>();
  let isLooking = false;
  let looks = 0;
  const look = (): void => {
    isLooking = false;
    looks += 1;
    const childrenOf = looks % CHILDREN_EVERY === 0 ? family() : undefined;
    for (const watched of all) {
      const pids = watched.busyPids;
      if (pids.length === 0) {
        continue;
      }
      wake();
      if (childrenOf) {
        descendants.set(watched, descendantsOf(pids, childrenOf));
      }
      const counted = [...pids, ...(descendants.get(watched) ?? [])];
      const used = counted.reduce((sum, pid) => sum + (memoryOf(pid) ?? 0), 0);
      if (used > watched.spec.memoryMb * MIB) {
        watched.endForMemory();
      } else if (looks % STORAGE_EVERY === 0 && !told.has(watched)) {
        void lookAtStorage(watched);
      }
    }
  };
  const lookAtStorage = async (watched: Watched): Promise<void> => {
    const used = await sizeOf(watched.temporaryDirectory);
    if (used > watched.spec.ephemeralStorageMb * MIB && !told.has(watched)) {
      told.add(watched);
      watched.tellStorage(used);
    }
  };
  const wake = (): void => {
    if (!isLooking) {
      isLooking = true;
      deadlines.set(LOOK_EVERY_MS, look);
    }
  };
  return {
    add: (watched) => void all.add(watched),
    remove: (watched) => void all.delete(watched),
    wake,
  };
}

const PAGE_SIZE = 4096;

/** Of `statm`: resident pages less those that files or others back. */
function privateMemoryOf(pid: number): number | undefined {
  if (process.platform !== "linux") {
    return undefined;
  }
  try {
    const [, resident, shared] = readFileSync(`/proc/${pid}/statm`, "latin1").split(" ");
    return (Number(resident) - Number(shared)) * PAGE_SIZE;
  } catch {
    return undefined;
  }
}

async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  let size = 0;
  for (const entry of entries.slice(0, FILES_MAX)) {
    if (entry.isFile()) {
      const found = await stat(path.join(entry.parentPath, entry.name)).catch(() => undefined);
      size += (found?.blocks ?? 0) * 512;
    }
  }
  return size;
}
