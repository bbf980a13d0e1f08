/**
 * How many invocations run at once, counted in memory: what runs ends with the process.
 *
 * A version with provisioned concurrency has that much to itself; what is more spills over. A
 * function with reserved concurrency spills into what of it is not provisioned; all others share
 * what no function of the account has reserved, and no version provisioned.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
import type { ThrottleReason } from "./errors.ts";
import { type LambdaFunction, versionArn } from "./function.ts";
import { functionArn } from "./function-name.ts";
import { CONCURRENCY_MAX } from "./limits.ts";

export interface ConcurrencyGate {
  /** Takes a place for one invocation; the caller gives it back by calling `leave`. */
  enter(invocable: Invocable): Entrance;
}

interface Invocable {
  /** The version that runs. */
  readonly fn: LambdaFunction;
  readonly latest: LambdaFunction;
  /** What functions of its account and region take out of what all others share. */
  readonly reservedInAll: number;
}

export type Entrance =
  | { readonly leave: () => void; readonly throttled?: undefined }
  | { readonly throttled: ThrottleReason };

export function createConcurrencyGate(): ConcurrencyGate {
  /**
   * By version ARN what runs on provisioned concurrency, by function ARN what does not, and for
   * each account those of functions without a reservation.
   */
  const counts = new Map<string, number>();
  return {
    enter({ fn, latest, reservedInAll }) {
      const { provisioned, reservedConcurrency: reserved } = latest;
      if (provisioned !== undefined && fn.version !== undefined) {
        const ready = versionArn(fn);
        if ((counts.get(ready) ?? 0) < (provisioned.byVersion[fn.version] ?? 0)) {
          return entered(counts, [ready]);
        }
      }
      const own = functionArn(fn);
      if (reserved !== undefined) {
        return (counts.get(own) ?? 0) < reserved - (provisioned?.total ?? 0)
          ? entered(counts, [own])
          : { throttled: "ReservedFunctionConcurrentInvocationLimitExceeded" };
      }
      const shared = `${fn.region}/${fn.accountId}`;
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
