/** How often something may happen within any second, for many things by name. In memory. */

const SECOND_MS = 1_000;
/** Names that are remembered; more than that, and those longest unused start afresh. */
const NAMES_MAX = 10_000;

export interface RateLimit {
  /** `undefined` when it may happen now, which is counted; else when it may at the earliest. */
  take(name: string, nowMs: number, perSecond: number): number | undefined;
}

export function createRateLimit(): RateLimit {
  const takenByName = new Map<string, number[]>();
  return {
    take(name, nowMs, perSecond) {
      const recent = (takenByName.get(name) ?? []).filter((timeMs) => timeMs > nowMs - SECOND_MS);
      const atMs = recent[recent.length - perSecond];
      if (atMs !== undefined) {
        return atMs + SECOND_MS;
      }
      recent.push(nowMs);
      takenByName.delete(name);
      takenByName.set(name, recent);
      const [oldest] = takenByName.keys();
      if (takenByName.size > NAMES_MAX && oldest !== undefined) {
        takenByName.delete(oldest);
      }
      return undefined;
    },
  };
}
