/**
 * Who reads a shard by enhanced fan-out now: one subscription for each consumer and shard. They are
 * connections, so they are kept in memory and end with the engine.
 */
import { resourceInUse } from "./errors.ts";
import { SUBSCRIPTION_AGE_MS_MIN } from "./limits.ts";

export interface Subscription {
  /** Fires when another one has taken its place. */
  readonly replaced: AbortSignal;
  end(): void;
}

interface Active {
  readonly sinceMs: number;
  readonly controller: AbortController;
}

export class Subscriptions {
  readonly #active = new Map<string, Active>();

  /** Throws while there is one that began within the last five seconds. */
  begin(consumerArn: string, shardId: string, nowMs: number): Subscription {
    const key = `${consumerArn} ${shardId}`;
    const before = this.#active.get(key);
    if (before !== undefined && nowMs - before.sinceMs < SUBSCRIPTION_AGE_MS_MIN) {
      throw resourceInUse(
        `Another active subscription exists for this consumer: ${consumerArn} and shard: ${shardId}`,
      );
    }
    before?.controller.abort();
    const active: Active = { sinceMs: nowMs, controller: new AbortController() };
    this.#active.set(key, active);
    return {
      replaced: active.controller.signal,
      end: () => {
        if (this.#active.get(key) === active) {
          this.#active.delete(key);
        }
      },
    };
  }
}
