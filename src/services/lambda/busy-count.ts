/** Which packages the invocations that run now use, so that none is removed under one of them. */
import { hexHash, type StoredPackage } from "./package-use.ts";

export interface BusyCount {
  enter(packages: readonly StoredPackage[]): void;
  leave(packages: readonly StoredPackage[]): void;
  /** Resolves when nothing uses the package with this hash; at once when nothing does. */
  idle(hash: string): Promise<void>;
}

export function createBusyCount(): BusyCount {
  /** By hash in base64. */
  const counts = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  return {
    enter(packages) {
      for (const { sha256 } of packages) {
        counts.set(sha256, (counts.get(sha256) ?? 0) + 1);
      }
    },
    leave(packages) {
      for (const { sha256 } of packages) {
        const left = (counts.get(sha256) ?? 0) - 1;
        if (left > 0) {
          counts.set(sha256, left);
          continue;
        }
        counts.delete(sha256);
        if (waiting.size > 0) {
          wake(waiting, hexHash({ sha256 }));
        }
      }
    },
    idle(hash) {
      if (!counts.has(Buffer.from(hash, "hex").toString("base64"))) {
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        waiting.set(hash, [...(waiting.get(hash) ?? []), resolve]);
      });
    },
  };
}

function wake(waiting: Map<string, (() => void)[]>, hash: string): void {
  for (const resolve of waiting.get(hash) ?? []) {
    resolve();
  }
  waiting.delete(hash);
}
