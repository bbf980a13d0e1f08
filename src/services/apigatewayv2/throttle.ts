/**
 * Throttling of a stage's routes: a bucket of tokens each.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
import { createBuckets } from "../api-front/token-buckets.ts";
import type { StageRecord } from "./keys.ts";

export interface Throttle {
  /** Takes a token for a request to a route of a stage, or says that there is none. */
  admits(apiId: string, stage: StageRecord["settings"], routeKey: string, nowMs: number): boolean;
}

export function createThrottle(): Throttle {
  const buckets = createBuckets();
  return {
    admits(apiId, stage, routeKey, nowMs) {
      const settings = { ...stage.DefaultRouteSettings, ...stage.RouteSettings?.[routeKey] };
      const { ThrottlingRateLimit: ratePerSecond, ThrottlingBurstLimit: burst } = settings;
      if (ratePerSecond === undefined && burst === undefined) {
        return true;
      }
      const key = `${apiId} ${stage.StageName} ${routeKey}`;
      return buckets.admits(key, { ratePerSecond, burst }, nowMs);
    },
  };
}
