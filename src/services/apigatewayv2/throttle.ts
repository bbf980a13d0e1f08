/**
 * Throttling of a stage's routes: a bucket of tokens each, refilled at the rate limit up to the
 * burst limit. In memory alone: after a restart every bucket is full.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
import type { StageRecord } from "./keys.ts";

export interface Throttle {
  /** Takes a token for a request to a route of a stage, or says that there is none. */
  admits(apiId: string, stage: StageRecord["settings"], routeKey: string, nowMs: number): boolean;
}

interface Bucket {
  tokens: number;
  filledMs: number;
}

/** What an account has when a stage names only one of the two. */
const RATE_LIMIT_DEFAULT = 10_000;
const BURST_LIMIT_DEFAULT = 5_000;

const BUCKETS_MAX = 10_000;

export function createThrottle(): Throttle {
  const buckets = new Map<string, Bucket>();
  return {
    admits(apiId, stage, routeKey, nowMs) {
      const settings = { ...stage.DefaultRouteSettings, ...stage.RouteSettings?.[routeKey] };
      const { ThrottlingRateLimit, ThrottlingBurstLimit } = settings;
      if (ThrottlingRateLimit === undefined && ThrottlingBurstLimit === undefined) {
        return true;
      }
      const ratePerSecond = ThrottlingRateLimit ?? RATE_LIMIT_DEFAULT;
      const burst = ThrottlingBurstLimit ?? BURST_LIMIT_DEFAULT;
      const key = `${apiId} ${stage.StageName} ${routeKey}`;
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
