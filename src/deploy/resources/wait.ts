/** Waiting for a service to finish what a call began. */
import { AwsError } from "../../wire/aws-error.ts";
import type { ResourceContext } from "./resource-type.ts";

const POLL_INTERVAL_MS = 200;
const POLL_COUNT_MAX = 600;

/** Asks again until there is an answer. */
export async function waitUntil<T>(
  ctx: ResourceContext,
  what: string,
  answer: () => Promise<T | undefined>,
): Promise<T> {
  for (let count = 0; count < POLL_COUNT_MAX; count += 1) {
    const result = await answer();
    if (result !== undefined) {
      return result;
    }
    await ctx.clock.sleepUntil(ctx.clock.nowMs() + POLL_INTERVAL_MS, ctx.abort);
    ctx.abort.throwIfAborted();
  }
  throw new AwsError({ code: "NotStabilized", message: `Waited in vain for ${what}` });
}
