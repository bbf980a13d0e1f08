/**
 * Throttling: buckets of tokens, refilled at a rate up to a burst. In memory alone: after a restart
 * every bucket is full.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */

export interface Buckets {
  /** Takes a token, or says that there is none. */
  admits(key: string, limit: Limit, nowMs: number): boolean;
}

export interface Limit {
  readonly ratePerSecond: number | undefined;
  readonly burst: number | undefined;
}

interface Bucket {
  tokens: number;
  filledMs: number;
}

/** What an account has where a limit names only one of the two. */
export const RATE_LIMIT_DEFAULT = 10_000;
export const BURST_LIMIT_DEFAULT = 5_000;

const BUCKETS_MAX = 10_000;

export function createBuckets(): Buckets {
  const buckets = new Map<string, Bucket>();
  return {
    admits(key, limit, nowMs) {
      const ratePerSecond = limit.ratePerSecond ?? RATE_LIMIT_DEFAULT;
      const burst = limit.burst ?? BURST_LIMIT_DEFAULT;
      const before = buckets.get(key) ?? { tokens: burst, filledMs: nowMs };
      const refilled = before.tokens + ((nowMs - before.filledMs) / 1000) * ratePerSecond;
      const tokens = Math.min(burst, refilled);
      const admitted = tokens >= 1;
      makeRoom(buckets, key);
      buckets.set(key, { tokens: admitted ? tokens - 1 : tokens, filledMs: nowMs });
      return admitted;
    },
  };
}

/** A bucket that is dropped starts full again: kinder than AWS, never stricter. */
function makeRoom(buckets: Map<string, Bucket>, key: string): void {
  const [oldest] = buckets.keys();
  if (buckets.size >= BUCKETS_MAX && !buckets.has(key) && oldest !== undefined) {
    buckets.delete(oldest);
  }
}
