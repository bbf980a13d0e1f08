/**
 * Operations that begin something answer a little later, once it has ended if that is soon.
 *
 * Clients begin, then look every 5 to 30 seconds (the AWS CLI's waiters) until the stack has come
 * to rest. Deployments here take less than a second, so an answer that waits for them saves the
 * client its first wait. Nothing depends on it: the answer is the same, and the wait has an end.
 */

import { stacks } from "./keys.ts";
import type { OperationContext } from "./stack-lookup.ts";
import { isInProgress } from "./state.ts";

/** Signalled when a stack has come to rest. */
export function restTopic(stackId: string): string {
  return `cloudformation.rest.${stackId}`;
}

export async function untilRest(ctx: OperationContext, stackId: string): Promise<void> {
  if (ctx.answerGraceMs <= 0) {
    return;
  }
  const over = new AbortController();
  const end = (): void => over.abort();
  ctx.abort.addEventListener("abort", end, { once: true });
  const time = ctx.clock.sleepUntil(ctx.clock.nowMs() + ctx.answerGraceMs, over.signal).then(end);
  while (!over.signal.aborted) {
    const rest = ctx.store.signals.next(restTopic(stackId), over.signal);
    if (await isAtRest(ctx, stackId)) {
      end();
    }
    await rest;
  }
  ctx.abort.removeEventListener("abort", end);
  await time;
}

function isAtRest(ctx: OperationContext, stackId: string): Promise<boolean> {
  return ctx.store.read((tx) => {
    const stack = stacks.get(tx, [ctx.accountId, ctx.region, stackId]);
    return stack === undefined || !isInProgress(stack.status);
  });
}
