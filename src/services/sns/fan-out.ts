/** A publication on its way to all subscriptions of a topic, in one transaction. */
import type { CompilePolicy } from "../../languages/filter-policy/policy-cache.ts";
import type { WriteTx } from "../../store/store.ts";
import { Draft, type FanOut } from "./draft.ts";
import { type HandOverPorts, handOver, type Undelivered } from "./hand-over.ts";
import { subscriptions } from "./keys.ts";
import { MessageFilter } from "./message-filter.ts";
import { hearsNewMessages } from "./replay-state.ts";
import type { Signer } from "./signing.ts";

export interface FanOutPorts extends HandOverPorts {
  readonly compilePolicy: CompilePolicy;
  readonly signer: Signer;
}

/** Hands the publication to every subscription that wants it; answers what nobody took. */
export function fanOut(tx: WriteTx, ports: FanOutPorts, given: FanOut): readonly Undelivered[] {
  const undelivered: Undelivered[] = [];
  const draft = new Draft(tx, ports.signer, given);
  const filter = new MessageFilter(ports.compilePolicy, given.publication);
  for (const { record: subscription } of subscriptions.list(tx, { prefix: [given.topic.id] })) {
    if (subscription.pendingToken !== undefined || !hearsNewMessages(subscription, tx.nowMs)) {
      continue;
    }
    const failure = filter.lets(subscription) && handOver(tx, ports, subscription, draft);
    if (failure) {
      undelivered.push(failure);
    }
  }
  return undelivered;
}
