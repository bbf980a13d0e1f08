/**
 * How many invocations run at once, counted in memory: what runs ends with the process.
 *
 * A function with reserved concurrency has that much to itself; all others of the account share
 * what no function has reserved.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
import type { ThrottleReason } from "./errors.ts";
import type { LambdaFunction } from "./function.ts";
import { functionArn } from "./function-name.ts";
import { CONCURRENCY_MAX } from "./limits.ts";

export interface ConcurrencyGate {
  /** Takes a place for one invocation; the caller gives it back by calling `leave`. */
  enter(fn: LambdaFunction, reservedInAll: number): Entrance;
}

export type Entrance =
  | { readonly leave: () => void; readonly throttled?: undefined }
  | { readonly throttled: ThrottleReason };

export function createConcurrencyGate(): ConcurrencyGate {
  /** By function ARN, and for each account those of functions without a reservation. */
  const counts = new Map<string, number>();
  return {
    enter(fn, reservedInAll) {
      const own = functionArn(fn);
      const shared = `${fn.region}/${fn.accountId}`;
      const reserved = fn.reservedConcurrency;
      if (reserved !== undefined) {
        return (counts.get(own) ?? 0) < reserved
          ? entered(counts, [own])
          : { throttled: "ReservedFunctionConcurrentInvocationLimitExceeded" };
      }
      return (counts.get(shared) ?? 0) < CONCURRENCY_MAX - reservedInAll
        ? entered(counts, [own, shared])
        : { throttled: "ConcurrentInvocationLimitExceeded" };
    },
  };
}

function entered(counts: Map<string, number>, pools: readonly string[]): Entrance {
  for (const pool of pools) {
    counts.set(pool, (counts.get(pool) ?? 0) + 1);
  }
  return { leave: () => leave(counts, pools) };
}

function leave(counts: Map<string, number>, pools: readonly string[]): void {
  for (const pool of pools) {
    const left = (counts.get(pool) ?? 0) - 1;
    if (left > 0) {
      counts.set(pool, left);
    } else {
      counts.delete(pool);
    }
  }
}
