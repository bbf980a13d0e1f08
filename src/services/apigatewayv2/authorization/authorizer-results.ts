/**
 * Results of functions that authorize, kept for as long as their authorizers say, on the engine's
 * clock. In memory alone: after a restart every function is asked again.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.caching
 */
import type { AuthorizerResult } from "./authorizer-result.ts";

export interface AuthorizerResults {
  get(key: string, nowMs: number): AuthorizerResult | undefined;
  put(key: string, result: AuthorizerResult, untilMs: number): void;
  /** Forgets what is kept for a stage. */
  reset(apiId: string, stage: string): void;
}

interface Kept {
  readonly result: AuthorizerResult;
  readonly untilMs: number;
}

export function createAuthorizerResults(keptMax: number): AuthorizerResults {
  const results = new Map<string, Kept>();
  return {
    get(key, nowMs) {
      const kept = results.get(key);
      if (kept !== undefined && kept.untilMs <= nowMs) {
        results.delete(key);
        return undefined;
      }
      return kept?.result;
    },
    put(key, result, untilMs) {
      const [oldest] = results.keys();
      if (results.size >= keptMax && !results.has(key) && oldest !== undefined) {
        results.delete(oldest);
      }
      results.set(key, { result, untilMs });
    },
    reset(apiId, stage) {
      for (const key of results.keys()) {
        if (key.startsWith(stagePrefix(apiId, stage))) {
          results.delete(key);
        }
      }
    },
  };
}

/** The identity is whatever the authorizer's identity sources give. */
export function resultKey(of: {
  readonly apiId: string;
  readonly stage: string;
  readonly deploymentId: string;
  readonly authorizerId: string;
  readonly identity: readonly string[];
}): string {
  const identity = JSON.stringify(of.identity);
  return `${stagePrefix(of.apiId, of.stage)}${of.deploymentId} ${of.authorizerId} ${identity}`;
}

function stagePrefix(apiId: string, stage: string): string {
  return `${apiId} ${stage} `;
}
